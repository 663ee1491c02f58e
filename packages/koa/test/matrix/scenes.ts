import { brokenAnswers } from './broken-answers.js'
import type { Scene } from './case.js'
import { clientLeaves } from './client-leaves.js'
import { http2Leaves } from './http2-leaves.js'
import { serverEnds } from './server-ends.js'
import { unusualRequests } from './unusual-requests.js'

export const scenes: readonly (readonly [string, readonly Scene[]])[] = [
  ['an error that leaves no answer', brokenAnswers],
  ['the client leaves', [...clientLeaves, ...http2Leaves]],
  ["the server's side ends it", serverEnds],
  ['no usual request', unusualRequests],
]
