import type { Store } from '../store/store.js'
import { filterOf } from './filter.js'
import { isHeldRequest } from './held.js'
import { IS_ERROR, IS_FAILED } from './latency.js'
import { SHOWN_VIEW } from './no-view.js'
import type { Held, Scope } from './scope.js'

export interface ErrorsOptions {
  /** Default: all. */
  limit?: number
  /** A group is new if the store has none before this time. Default: the scope's `from`. */
  newSince?: number
}

/** Requests that failed in the same way: by exception, view and status. */
export interface ErrorGroup {
  /** Null for a 5xx without an exception. */
  ex_type: string | null
  view_name: string
  status_code: number | null
  requests: number
  users: number
  first: number | null
  last: number | null
  /** Null where nothing says since when. */
  is_new: boolean | null
  /** The message, request_id and id of the last one. */
  ex_message: string | null
  request_id: string | null
  id: number
}

export interface Errors {
  /** Requests in the scope. */
  requests: number
  /** Those with status 5xx. */
  errors: number
  /** Those with an exception, whatever the status. */
  exceptions: number
  /** How many groups there are; `groups` holds no more than the limit. */
  total: number
  groups: readonly ErrorGroup[]
}

/** Answers: what failed, where, since when? The most frequent first. */
export async function errors(
  store: Store,
  scope: Scope,
  options: ErrorsOptions = {},
  signal?: AbortSignal,
): Promise<Errors> {
  const { limit = Number.POSITIVE_INFINITY, newSince = scope.from } = options
  const filter = await filterOf(store, scope)
  const params = { ...filter.params }
  const groups = await store.query<ErrorGroup>(
    `SELECT ex_type, ${SHOWN_VIEW} AS view_name, status_code,
      count(*) AS requests, count(DISTINCT "user") AS users, min(time) AS first, max(time) AS last, NULL AS is_new,
      ${atLast('ex_message')}, ${atLast('request_id')}, ${atLast('id')}
    FROM requests WHERE ${filter.requests} AND ${IS_FAILED}
    GROUP BY ALL ORDER BY requests DESC, last DESC, view_name, ex_type, status_code`,
    params,
    signal,
  )
  const [counts] = await store.query<Pick<Errors, 'requests' | 'errors' | 'exceptions'>>(
    `SELECT count(*) AS requests, count(*) FILTER (${IS_ERROR}) AS errors, count(ex_type) AS exceptions
    FROM requests WHERE ${filter.requests}`,
    params,
    signal,
  )
  const old = newSince === undefined ? null : await groupsBefore(store, newSince, scope.held, signal)
  return {
    requests: 0,
    errors: 0,
    exceptions: 0,
    ...counts,
    total: groups.length,
    groups: groups.slice(0, limit).map((group) => ({ ...group, is_new: old && !old.has(keyOf(group)) })),
  }
}

/** SQL: the column of the group's last request, also where it is null. */
function atLast(column: string): string {
  return `arg_max_null(${column}, coalesce(epoch_us(time), 0)) AS ${column}`
}

type GroupKey = Pick<ErrorGroup, 'ex_type' | 'view_name' | 'status_code'>

function keyOf({ ex_type, view_name, status_code }: GroupKey): string {
  return JSON.stringify([ex_type, view_name, status_code])
}

/** Groups that any request of the store was in before the time, whatever the scope. */
async function groupsBefore(
  store: Store,
  time: number,
  held: Held | undefined,
  signal?: AbortSignal,
): Promise<Set<string>> {
  const rows = await store.query<GroupKey>(
    `SELECT DISTINCT ex_type, ${SHOWN_VIEW} AS view_name, status_code
    FROM requests WHERE ${isHeldRequest(held)} AND ${IS_FAILED} AND time < make_timestamptz(($new_since::DOUBLE * 1000)::BIGINT)`,
    { new_since: time },
    signal,
  )
  return new Set(rows.map(keyOf))
}
