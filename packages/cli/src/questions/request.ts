import type { Store } from '../store/store.js'
import type { ActionRow, RequestRow } from './request-row.js'

/** A request by its id in the store, or by the request_id that the client was told. */
export type RequestOptions = { id: number } | { requestId: string }

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
  _store: Store,
  _options: RequestOptions,
  _signal?: AbortSignal,
): Promise<RequestAnswer | null> {
  throw new Error('request is not built yet')
}
