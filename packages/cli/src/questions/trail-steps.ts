import type { Store } from '../store/store.js'
import { IS_FAILED } from './latency.js'
import {
  ACTION_COLUMNS,
  type ActionRow,
  REQUEST_COLUMNS,
  type RequestRow,
  toActionRow,
  toRequestRow,
} from './request-row.js'

/** One footprint of a user. */
export type Step = { gap: number | null } & ( // milliseconds since the previous one
  | { kind: 'request'; failed: boolean; record: RequestRow }
  | { kind: 'action'; failed: false; record: ActionRow }
)

/** Where a record stands in a trail. */
export interface Place {
  id: number
  time: number | null
  is_request: boolean
}

/** Gives the records of a trail, in its order. */
export async function stepsOf(store: Store, places: readonly Place[], signal?: AbortSignal): Promise<Step[]> {
  const load = async (isRequest: boolean, sql: string): Promise<Map<unknown, Record<string, unknown>>> => {
    const ids = places.filter((place) => place.is_request === isRequest).map((place) => place.id)
    const rows = ids.length === 0 ? [] : await store.query<Record<string, unknown>>(sql, { ids }, signal)
    return new Map(rows.map((row) => [row.id, row]))
  }
  const wanted = 'id IN (SELECT unnest($ids::BIGINT[]))'
  const requests = await load(
    true,
    `SELECT ${REQUEST_COLUMNS}, ${IS_FAILED} AS failed FROM requests WHERE ${wanted}`,
  )
  const actions = await load(false, `SELECT ${ACTION_COLUMNS} FROM actions WHERE ${wanted}`)
  return places.map(({ id, time, is_request }, i): Step => {
    const previous = places[i - 1]?.time ?? null
    const gap = time === null || previous === null ? null : time - previous
    if (!is_request) return { gap, kind: 'action', failed: false, record: toActionRow(actions.get(id) ?? {}) }
    const { failed, ...row } = requests.get(id) ?? {}
    return { gap, kind: 'request', failed: failed === true, record: toRequestRow(row) }
  })
}
