import { actions } from '../questions/actions.js'
import { compare } from '../questions/compare.js'
import { deploys } from '../questions/deploys.js'
import { errors } from '../questions/errors.js'
import { heatmap } from '../questions/heatmap.js'
import { labels } from '../questions/labels.js'
import { moments } from '../questions/moments.js'
import { ranking } from '../questions/ranking.js'
import { recent } from '../questions/recent.js'
import { rejected } from '../questions/rejected.js'
import { repeats } from '../questions/repeats.js'
import { request } from '../questions/request.js'
import type { Scope } from '../questions/scope.js'
import { series } from '../questions/series.js'
import { slowest } from '../questions/slowest.js'
import { steps } from '../questions/steps.js'
import { suggest } from '../questions/suggest.js'
import { summary } from '../questions/summary.js'
import { trail } from '../questions/trail.js'
import { users } from '../questions/users.js'
import { VIEW_SORTS, views } from '../questions/views.js'
import { type Selection, why } from '../questions/why.js'
import type { Store } from '../store/store.js'
import {
  AskError,
  count,
  flag,
  number,
  object,
  oneOf,
  type Rule,
  range,
  readObject,
  text,
  time,
} from './read-values.js'

/** Asks one question of the store, with the options that a request to the server names. */
type Ask = (store: Store, scope: Scope, options: unknown, signal: AbortSignal) => Promise<unknown>

const limit = count(1_000)
const buckets = count(500)
const id = count(Number.MAX_SAFE_INTEGER)
const slow = oneOf('p50', 'p90', 'p95', 'p99')
const box = object({ from: time, until: time, min: number, max: number })
const viewSort = oneOf(...VIEW_SORTS)

const selection: Rule<Selection> = (value, name) => {
  const { box: area, ...rest } = object({ slow, above: number, box })(value, name)
  const { from, until, min, max } = area ?? {}
  if (area === undefined && (rest.slow === undefined) !== (rest.above === undefined)) return rest as Selection
  if (from !== undefined && until !== undefined && min !== undefined && max !== undefined)
    return { box: { from, until, min, max } }
  throw new AskError(`${name} must have one of slow, above, and box with from, until, min and max`)
}

/** The questions that the page asks, by the last part of their address `/api/NAME`. */
export const QUESTIONS: Readonly<Record<string, Ask>> = {
  actions: scoped(actions, { limit }),
  compare: async (store, scope, options, signal) => {
    const { before, after } = readObject(options, 'options', { before: range, after: range })
    if (!before || !after) throw new AskError('options must have the ranges before and after')
    return compare(store, scope, { before, after }, signal)
  },
  deploys: scoped(deploys, {}),
  errors: scoped(errors, { limit, newSince: time }),
  heatmap: scoped(heatmap, { buckets }),
  labels: scoped(labels, {}),
  moments: scoped(moments, { limit }),
  ranking: scoped(ranking, { by: text, limit }),
  recent: scoped(recent, { limit, before: id }),
  rejected: async (store, { held }, options, signal) =>
    rejected(store, { ...readObject(options, 'options', { limit }), held }, signal),
  repeats: scoped(repeats, { limit }),
  request: async (store, { held }, options, signal) => {
    const { id: ownId, requestId } = readObject(options, 'options', { id, requestId: text })
    if (requestId !== undefined) return request(store, { requestId, held }, signal)
    if (ownId !== undefined) return request(store, { id: ownId, held }, signal)
    throw new AskError('options must have an id or a requestId')
  },
  series: scoped(series, { buckets }),
  slowest: scoped(slowest, { limit, perView: count(1_000, 1), min: number, max: number }),
  steps: scoped(steps, { limit }),
  suggest: async (store, scope, options, signal) => {
    const { field, ...rest } = readObject(options, 'options', { field: text, text, limit })
    if (field === undefined) throw new AskError('options must have a field')
    return suggest(store, scope, { field, ...rest }, signal)
  },
  summary: scoped(summary, {}),
  trail: scoped(trail, { user: text, requestId: text, id, beforeError: flag, limit }),
  users: scoped(users, { sort: oneOf('requests', 'errors', 'waiting_time', 'p95', 'last'), limit }),
  views: scoped(views, { sort: viewSort, limit, buckets }),
  why: scoped(why, { selection, limit }),
}

function scoped<const Rules extends Readonly<Record<string, Rule<unknown>>>>(
  question: (
    store: Store,
    scope: Scope,
    options: { [Name in keyof Rules]?: ReturnType<Rules[Name]> },
    signal: AbortSignal,
  ) => Promise<unknown>,
  rules: Rules,
): Ask {
  return async (store, scope, options, signal) =>
    question(store, scope, readObject(options, 'options', rules), signal)
}
