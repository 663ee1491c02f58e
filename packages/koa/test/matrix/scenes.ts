import { brokenAnswers } from './broken-answers.js'
import type { Scene } from './case.js'
import { clientLeaves } from './client-leaves.js'
import { http2Leaves } from './http2-leaves.js'
import { serverEnds } from './server-ends.js'
import { unusualRequests } from './unusual-requests.js'

export const scenes: readonly (readonly [string, readonly Scene[]])[] = [
  ['one record, when an error leaves no answer', brokenAnswers],
  ['one record, when the client leaves', [...clientLeaves, ...http2Leaves]],
  ["one record, when the server's side ends it", serverEnds],
  ['what is no usual request', unusualRequests],
]
