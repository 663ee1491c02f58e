import type { Param, Store } from '../store/store.js'
import { type Filter, filterOf } from './filter.js'
import { isHeldAction, isHeldRequest } from './held.js'
import { IS_FAILED } from './latency.js'
import { type Held, literal, type Scope } from './scope.js'
import { type Place, type Step, stepsOf } from './trail-steps.js'

export type { Step }

export interface TrailOptions {
  /** Whose trail. Default: of the user of `requestId`. */
  user?: string
  /** Around the request or labelled record with this request_id. */
  requestId?: string
  /** Around the record with this id in the store. */
  id?: number
  /** Only what led to the user's last error in the scope, which ends the trail. */
  beforeError?: boolean
  /** Default: 50. Around a record: half before it, half after it. */
  limit?: number
}

export interface Trail {
  user: string | null
  /** Whose trail it is if the record has no user: its trace's, by `trace_id`. Null if it has a user, or no trace. */
  trace: string | null
  /** Requests and labelled records of the user (of the trace) in the scope. */
  requests: number
  actions: number
  /** In the order of time; a labelled record follows the request that wrote it. */
  steps: readonly Step[]
  /** The id of the record that was asked for, or of the error at the end. */
  at: number | null
}

/** Answers: what did this user do, in order, up to the error? */
export async function trail(
  store: Store,
  scope: Scope,
  options: TrailOptions,
  signal?: AbortSignal,
): Promise<Trail> {
  const { beforeError = false, limit = 50 } = options
  const anchor = await anchorOf(store, scope.held, options, signal)
  const user = options.user ?? anchor?.user ?? null
  const trace = user === null ? (anchor?.trace_id ?? null) : null
  if (user === null && !anchor) return { user, trace, requests: 0, actions: 0, steps: [], at: null }
  const { user: _, ...others } = scope
  const filter =
    user !== null
      ? await filterOf(store, { ...others, user: [literal(user)] })
      : trace !== null
        ? await filterOf(store, ofTrace(others, trace))
        : await sameRequest(store, others, anchor as Anchor)
  const all = `SELECT id, time, true AS is_request, request_id FROM requests WHERE ${filter.requests}
    UNION ALL SELECT id, time, false, request_id FROM actions WHERE ${filter.actions}`
  const end = beforeError ? await lastError(store, filter, signal) : undefined
  const center = anchor ?? end
  const around = center
    ? `(SELECT * FROM ordered WHERE place <= (SELECT place FROM ordered WHERE id = $center) ORDER BY place DESC LIMIT $back)
      UNION ALL
      (SELECT * FROM ordered WHERE place > (SELECT place FROM ordered WHERE id = $center) ORDER BY place LIMIT $forth)`
    : 'SELECT * FROM ordered ORDER BY place DESC LIMIT $back'
  const back = center && !end ? Math.ceil(limit / 2) : limit
  const places = await store.query<Place>(
    `WITH ordered AS (
      SELECT *, row_number() OVER (ORDER BY time NULLS FIRST, NOT is_request, id) AS place FROM (${all}))
    SELECT id, time, is_request FROM (${around}) ORDER BY place`,
    { ...filter.params, center: center?.id ?? null, back, forth: end ? 0 : limit - back },
    signal,
  )
  const [counts] = await store.query<{ requests: number; actions: number }>(
    `SELECT count(*) FILTER (is_request) AS requests, count(*) FILTER (NOT is_request) AS actions FROM (${all})`,
    filter.params,
    signal,
  )
  const steps = await stepsOf(store, places, signal)
  return { user, trace, requests: 0, actions: 0, ...counts, steps, at: center?.id ?? null }
}

interface Anchor {
  id: number
  user: string | null
  request_id: string | null
  trace_id: string | null
}

/** The record that the trail is to be around. */
async function anchorOf(
  store: Store,
  held: Held | undefined,
  { id, requestId }: TrailOptions,
  signal?: AbortSignal,
): Promise<Anchor | undefined> {
  if (id === undefined && requestId === undefined) return undefined
  const [column, wanted]: [string, Param] =
    id === undefined ? ['request_id', requestId as string] : ['id', id]
  const requests = `FROM requests AS r WHERE ${isHeldRequest(held)}`
  const ofItsRequest = (name: string): string =>
    `(SELECT any_value(r.${name}) ${requests} AND r.request_id = actions.request_id)`
  const [anchor] = await store.query<Anchor>(
    `SELECT id, "user", request_id, trace_id ${requests} AND ${column} = $wanted
    UNION ALL
    SELECT id, coalesce("user", ${ofItsRequest('"user"')}), request_id, ${ofItsRequest('trace_id')}
    FROM actions WHERE ${isHeldAction(held)} AND ${column} = $wanted
    ORDER BY id LIMIT 1`,
    { wanted },
    signal,
  )
  return anchor
}

function ofTrace({ fields, ...scope }: Scope, trace: string): Scope {
  return { ...scope, fields: { ...fields, trace_id: [literal(trace)] } }
}

/** Without a user and a trace there is only the request itself and what it wrote. */
async function sameRequest(store: Store, scope: Scope, { id, request_id }: Anchor): Promise<Filter> {
  const filter = await filterOf(store, scope)
  const isSame = '(id = $anchor OR request_id = $anchor_request)'
  return {
    requests: `${filter.requests} AND ${isSame}`,
    actions: `${filter.actions} AND ${isSame}`,
    params: { ...filter.params, anchor: id, anchor_request: request_id },
  }
}

async function lastError(
  store: Store,
  filter: Filter,
  signal?: AbortSignal,
): Promise<{ id: number } | undefined> {
  const [error] = await store.query<{ id: number }>(
    `SELECT id FROM requests WHERE ${filter.requests} AND ${IS_FAILED} ORDER BY time DESC NULLS LAST, id DESC LIMIT 1`,
    filter.params,
    signal,
  )
  return error
}
