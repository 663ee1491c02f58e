import { type AdapterFactory, timedFactory } from './adapter.js'
import { type Extension, timerExtension } from './extension.js'

/** Accounts the statements of Prisma clients to the requests they run for. */
export interface QueryTimer {
  /**
   * Wraps a client's driver adapter: each statement that it runs inside a request counts, with its time and
   * whether it failed. Without it, `extension` counts whole operations and marks the count as an estimate.
   */
  adapter<F extends AdapterFactory>(factory: F): F
  /** Keeps the statements of different requests apart. Give it to `$extends` as the last extension. Changes no type. */
  readonly extension: Extension
}

export interface QueryTimerOptions {
  /**
   * `false` lets Prisma merge what different requests ask for in the same tick. Merged statements, and transactions
   * that are dispatched with them, are then on the record of the request that came first. Default `true`.
   */
  isolate?: boolean | undefined
}

/** Makes a timer; its adapter and its extension belong on the same client. */
export function queryTimer({ isolate = true }: QueryTimerOptions = {}): QueryTimer {
  const state = { isolate, wraps: false }
  return {
    adapter(factory) {
      state.wraps = true
      return timedFactory(factory)
    },
    extension: timerExtension(state),
  }
}
