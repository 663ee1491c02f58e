import { FIRST_ACTION_ID } from '../store/schema.js'
import type { Store } from '../store/store.js'
import type { Held } from './scope.js'

/** What the store holds now. */
export async function heldBy(store: Store, signal?: AbortSignal): Promise<Held> {
  const [held] = await store.query<Held>(
    `SELECT (SELECT count(*) FROM requests) AS requests, (SELECT count(*) FROM actions) AS labelled,
      (SELECT count(*) FROM rejected) AS rejected`,
    {},
    signal,
  )
  return held ?? { requests: 0, labelled: 0, rejected: 0 }
}

/** SQL: whether a row of `requests` was held at that moment. Ids grow in the order of reading, see `schema.ts`. */
export function isHeldRequest(held: Held | undefined): string {
  return held ? `id < ${held.requests}` : 'true'
}

/** The same of a row of `actions`. */
export function isHeldAction(held: Held | undefined): string {
  return held ? `id < ${FIRST_ACTION_ID + held.labelled}` : 'true'
}

/** The same of a row of `rejected`. */
export function isHeldReject(held: Held | undefined): string {
  return held ? `rowid < ${held.rejected}` : 'true'
}
