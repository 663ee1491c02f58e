import { ActionLogError, currentRequest, currentSql } from '@actionlog/core'
import { isTimed } from './adapter.js'
import { isDispatchedLater, type Operation, runNamed } from './operation.js'
import { turn } from './tick-owner.js'
import { timed } from './timed.js'

/** What `$extends` takes, for the client of any generator; its type tells it adds nothing. */
// biome-ignore lint/suspicious/noExplicitAny: a client's type exists only once the application generated it
export type Extension = (client: any) => {
  // biome-ignore lint/complexity/noBannedTypes: this is Prisma's word for nothing added
  $extends: { extArgs: { result: {}; model: {}; query: {}; client: {} } }
}

/** What the two halves of a timer know of each other. */
export interface TimerState {
  readonly isolate: boolean
  /** It wrapped an adapter, so one should be in use. */
  wraps: boolean
}

const NAME = '@actionlog/prisma'
/** On every client extended, to tell an extension applied twice. */
const APPLIED = '$actionlog'

const NOT_WRAPPED =
  'the client has another adapter than the one timer.adapter() made: its operations are counted, not its statements'
const NOT_LAST =
  'an extension with queries was applied after timer.extension, which has to be the last: what it waits for can mix up the statements of requests'

export function timerExtension(timer: TimerState): Extension {
  return (client) => {
    const again = client[APPLIED] !== undefined
    const wrapped = isTimed(client._engineConfig?.adapter) // private to Prisma, which has no public word for it
    let notLast = false
    let told: string | undefined

    /** Once each, in the first request it touches. */
    function tell(trouble: string): void {
      const log = currentRequest()?.log
      if (!log || told === trouble) return
      told = trouble
      log.report(new ActionLogError('inexact_sql', `${NAME}: ${trouble}`))
    }

    function run(operation: Operation, later: boolean): unknown {
      if (again) return operation.query(operation.args)
      if (!wrapped) return counted(operation)
      return notLast ? operation.query(operation.args) : runNamed(operation, later, timer.isolate)
    }

    return client.$extends({
      name: NAME,
      client: {
        [APPLIED]: true,
        /** Prisma's own; it sees what is applied after this extension. */
        $extends(this: unknown, extension: { readonly name?: string; readonly query?: object }) {
          if (extension.query) notLast = extension.name !== NAME
          return client.$extends.call(this, extension)
        },
      },
      query: {
        $allOperations(operation: Operation) {
          if (notLast) tell(NOT_LAST)
          if (timer.wraps && !wrapped) tell(NOT_WRAPPED)
          const later = isDispatchedLater(operation)
          const wait = later && timer.isolate ? turn() : undefined
          return wait ? wait.then(() => run(operation, later)) : run(operation, later)
        },
      },
    })
  }
}

/** Counts the operation as if it were one statement. */
function counted({ model, operation, args, query }: Operation): unknown {
  const account = currentSql()
  if (!account) return query(args)
  account.estimateFrom('operation')
  return timed(account.start(model ? `${model}.${operation}` : operation), () => query(args))
}
