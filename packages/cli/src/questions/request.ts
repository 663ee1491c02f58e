import type { Store } from '../store/store.js'
import { isHeldAction, isHeldRequest } from './held.js'
import { WAITED } from './latency.js'
import type { ActionRow, RequestRow } from './request-row.js'
import { ACTION_COLUMNS, REQUEST_COLUMNS, toActionRow, toRequestRow } from './request-row.js'
import type { Held } from './scope.js'

/** A request by its id in the store, or by the request_id that the client was told. */
export type RequestOptions = ({ id: number } | { requestId: string }) & { held?: Held | undefined }

/** One request and its surroundings. */
export interface RequestAnswer {
  request: RequestRow
  /** The labelled records with its request_id, in order. */
  actions: readonly ActionRow[]
  /** How many requests have this request_id; the newest is shown. */
  same_id: number
  /** How its total_time compares with its view's: the part of the view's requests that were faster, 0 to 1. */
  faster: number | null
  /** Requests of its view, which `faster` is taken from. */
  view_requests: number
}

/** Answers: what do we know of this one request? Null if the store does not hold it. */
export async function request(
  store: Store,
  options: RequestOptions,
  signal?: AbortSignal,
): Promise<RequestAnswer | null> {
  const isById = 'id' in options
  const isHeld = isHeldRequest(options.held)
  const rows = await store.query<Record<string, unknown>>(
    `SELECT ${REQUEST_COLUMNS} FROM requests WHERE ${isHeld} AND ${isById ? 'id' : 'request_id'} = $wanted
    ORDER BY time DESC NULLS LAST, id DESC`,
    { wanted: isById ? options.id : options.requestId },
    signal,
  )
  const [first] = rows
  if (!first) return null
  const row = toRequestRow(first)
  const actions = await store.query<Record<string, unknown>>(
    `SELECT ${ACTION_COLUMNS} FROM actions WHERE ${isHeldAction(options.held)} AND request_id = $request_id ORDER BY time NULLS LAST, id`,
    { request_id: row.request_id },
    signal,
  )
  const [view] = await store.query<{ of: number; faster: number }>(
    `SELECT count(${WAITED}) AS "of", count(*) FILTER ((${WAITED}) < $total_time) AS faster
    FROM requests WHERE ${isHeld} AND view_name IS NOT DISTINCT FROM $view_name`,
    { view_name: row.view_name, total_time: row.total_time },
    signal,
  )
  return {
    request: row,
    actions: actions.map(toActionRow),
    same_id: await countSameId(store, isHeld, row.request_id, signal),
    faster: view && view.of > 0 && row.total_time !== null ? view.faster / view.of : null,
    view_requests: view?.of ?? 0,
  }
}

async function countSameId(
  store: Store,
  isHeld: string,
  requestId: string | null,
  signal?: AbortSignal,
): Promise<number> {
  if (requestId === null) return 1
  const [row] = await store.query<{ requests: number }>(
    `SELECT count(*) AS requests FROM requests WHERE ${isHeld} AND request_id = $request_id`,
    { request_id: requestId },
    signal,
  )
  return row?.requests ?? 0
}
