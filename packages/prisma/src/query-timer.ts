import { checkOptions, type OptionRules, rule } from '@actionlog/core'
import { type AdapterFactory, timedFactory } from './adapter.js'
import { type Extension, timerExtension } from './extension.js'

/** Counts and times the statements of Prisma clients for each request. */
export interface QueryTimer {
  /**
   * Wraps a client's driver adapter: each statement that it runs inside a request counts, with its time and
   * whether it failed. Without it, `extension` counts whole operations and marks the count as an estimate.
   */
  adapter<F extends AdapterFactory>(factory: F): F
  /** Keeps the statements of different requests apart. Pass it to `$extends` as the last extension. It changes no type. */
  readonly extension: Extension
}

export interface QueryTimerOptions {
  /**
   * `false` lets Prisma merge what different requests ask for in the same tick. A merged statement is then on the
   * record of the request that came first. @default true
   */
  isolate?: boolean | undefined
}

const rules: OptionRules<QueryTimerOptions> = { isolate: rule.boolean(true) }

/**
 * Makes a timer. Use its adapter and its extension on the same client.
 * @throws ActionLogError `invalid_settings`, all problems listed
 */
export function queryTimer(options: QueryTimerOptions = {}): QueryTimer {
  const { isolate } = checkOptions('@actionlog/prisma', 'options', options, rules)
  const state = { isolate, wraps: false }
  return {
    adapter(factory) {
      state.wraps = true
      return timedFactory(factory)
    },
    extension: timerExtension(state),
  }
}
