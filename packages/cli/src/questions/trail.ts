import type { Store } from '../store/store.js'
import type { ActionRow, RequestRow } from './request-row.js'
import type { Scope } from './scope.js'

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

/** One footprint of a user. */
export type Step = { gap: number | null } & ( // milliseconds since the previous one
  | { kind: 'request'; failed: boolean; record: RequestRow }
  | { kind: 'action'; failed: false; record: ActionRow }
)

export interface Trail {
  user: string | null
  /** Requests and labelled records of the user in the scope. */
  requests: number
  actions: number
  /** In the order of time; a labelled record follows the request that wrote it. */
  steps: readonly Step[]
  /** The id of the record that was asked for, or of the error at the end. */
  at: number | null
}

/** Answers: what did this user do, in order, up to the error? */
export async function trail(
  _store: Store,
  _scope: Scope,
  _options: TrailOptions,
  _signal?: AbortSignal,
): Promise<Trail> {
  throw new Error('trail is not built yet')
}
