import { signal } from '@preact/signals'
import type { Actions } from '../../questions/actions.js'
import type { Compare } from '../../questions/compare.js'
import type { Deploys } from '../../questions/deploys.js'
import type { Errors } from '../../questions/errors.js'
import type { Heatmap } from '../../questions/heatmap.js'
import type { Labels } from '../../questions/labels.js'
import type { Moments } from '../../questions/moments.js'
import type { Ranking } from '../../questions/ranking.js'
import type { Rejected } from '../../questions/rejected.js'
import type { Repeats } from '../../questions/repeats.js'
import type { RequestAnswer } from '../../questions/request.js'
import type { Scope } from '../../questions/scope.js'
import type { Series } from '../../questions/series.js'
import type { RequestList } from '../../questions/slowest.js'
import type { Steps } from '../../questions/steps.js'
import type { Suggest } from '../../questions/suggest.js'
import type { Summary } from '../../questions/summary.js'
import type { Trail } from '../../questions/trail.js'
import type { Users } from '../../questions/users.js'
import type { Views } from '../../questions/views.js'
import type { Why } from '../../questions/why.js'

/** The type of each question's answer. */
export interface Answers {
  actions: Actions
  compare: Compare
  deploys: Deploys
  errors: Errors
  heatmap: Heatmap
  labels: Labels
  moments: Moments
  ranking: Ranking
  recent: RequestList
  rejected: Rejected
  repeats: Repeats
  request: RequestAnswer | null
  series: Series
  slowest: RequestList
  steps: Steps
  suggest: Suggest
  summary: Summary
  trail: Trail
  users: Users
  views: Views
  why: Why
}

export type Question = keyof Answers

/** The server knows this browser no more: it was restarted, or the browser never had a key. */
export class NoSession extends Error {}

/** The server cannot answer this question, whenever it is asked: a filter in the address is wrong. */
export class WrongQuestion extends Error {}

/** How many questions wait for their answer. */
export const waiting = signal(0)

/** Asks the server one question over the scope. */
export async function ask<Name extends Question>(
  name: Name,
  scope: Scope,
  options: object,
  signal?: AbortSignal,
): Promise<Answers[Name]> {
  const query = new URLSearchParams({ scope: JSON.stringify(scope), options: JSON.stringify(options) })
  waiting.value++
  try {
    return await getJson(`api/${name}?${query}`, signal)
  } finally {
    waiting.value--
  }
}

const REASONS: Readonly<Record<number, new (message: string) => Error>> = {
  400: WrongQuestion,
  401: NoSession,
}

export async function getJson<Answer>(address: string, signal?: AbortSignal): Promise<Answer> {
  const response = await fetch(address, signal ? { signal } : {}).catch((error: Error) => {
    throw error.name === 'AbortError'
      ? error
      : new Error('The dashboard does not answer. Is its command still running?')
  })
  if (response.ok) return response.json()
  const { error = response.statusText } = await response.json().catch(() => ({}))
  throw new (REASONS[response.status] ?? Error)(error)
}
