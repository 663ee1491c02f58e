import { isMainThread } from 'node:worker_threads'
import { type OptionRule, rule } from '@actionlog/core'

/** The rule of the option `reopenOnSighup`: in a worker thread it would do nothing, and SIGHUP end the process. */
export const reopenOnSighupRule: OptionRule<boolean> = isMainThread
  ? rule.boolean(false)
  : {
      expected:
        "false in a worker thread, because no signal reaches it (call its handler's reopen() instead)",
      default: false,
      accepts: (value) => value === false,
    }
