import type { TailedAction } from './tailed.js'

const HOLD_MS = 5_000
const MOST = 10_000

/** Labelled records that wait for the footprint of their request, which is written at its end. */
export class HeldActions {
  readonly #byRequest = new Map<string, { action: TailedAction; since: number }[]>()
  #count = 0

  /** @returns whether it waits now; otherwise it is to be shown alone */
  hold(action: TailedAction, now: number): boolean {
    if (action.request_id === null || this.#count >= MOST) return false
    const held = this.#byRequest.get(action.request_id) ?? []
    this.#byRequest.set(action.request_id, held)
    held.push({ action, since: now })
    this.#count++
    return true
  }

  /** Those of a request, which no longer wait. */
  takeOf(requestId: string | null): TailedAction[] {
    const held = requestId === null ? undefined : this.#byRequest.get(requestId)
    if (!held) return []
    this.#byRequest.delete(requestId as string)
    this.#count -= held.length
    return held.map(({ action }) => action)
  }

  /** Those that have waited for too long. Without `now`: all. */
  takeOverdue(now?: number): TailedAction[] {
    const overdue: TailedAction[] = []
    for (const [requestId, [first]] of this.#byRequest) {
      if (now !== undefined && first && now - first.since < HOLD_MS) break // a Map keeps the order of arrival
      overdue.push(...this.takeOf(requestId))
    }
    return overdue
  }
}
