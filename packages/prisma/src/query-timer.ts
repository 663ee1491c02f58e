import { type AdapterFactory, timedFactory } from './adapter.js'
import { type Extension, timerExtension } from './extension.js'

/** Accounts the statements of one `PrismaClient` to the requests they run for. */
export interface QueryTimer {
  /**
   * Wraps the client's driver adapter: each statement it runs inside a request counts, with its time and
   * whether it failed. Without it `extension` counts whole operations, and marks that as an estimate.
   */
  adapter<F extends AdapterFactory>(factory: F): F
  /** For `$extends`, as the last one: keeps the statements of different requests apart. Changes no type. */
  readonly extension: Extension
}

/** Makes the timer of one `PrismaClient`; each further client takes one of its own. */
export function queryTimer(): QueryTimer {
  const source = { wrapped: false, connected: false }
  return {
    adapter(factory) {
      source.wrapped = true
      return timedFactory(factory, () => {
        source.connected = true
      })
    },
    extension: timerExtension(source),
  }
}
