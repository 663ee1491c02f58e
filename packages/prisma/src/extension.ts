import { ActionLogError, currentRequest, currentSql } from '@actionlog/core'
import { isTimed } from './adapter.js'
import { hideOperation, isDispatchedLater, type Operation, runNamed } from './operation.js'
import { turn } from './tick-owner.js'
import { timed } from './timed.js'

/** What `$extends` takes, for the client of any generator; its type says that it adds nothing. */
// biome-ignore lint/suspicious/noExplicitAny: a client's type exists only once the application generated it
export type Extension = (client: any) => {
  // biome-ignore lint/complexity/noBannedTypes: this is Prisma's word for nothing added
  $extends: { extArgs: { result: {}; model: {}; query: {}; client: {} } }
}

/** What the adapter and the extension of a timer share. */
export interface TimerState {
  readonly isolate: boolean
  /** Whether `timer.adapter()` was called, so that its adapter should be in use. */
  wraps: boolean
}

const NAME = '@actionlog/prisma'
/** Marks every extended client, so that an extension that is applied twice is noticed. */
const APPLIED = '$actionlog'
/** Marks every client that has an extension with queries after this one. */
const NOT_LAST = '$actionlogNotLast'

const NOT_WRAPPED_MESSAGE =
  'the client does not use the adapter that timer.adapter() returned, so operations are counted instead of statements'
const NOT_LAST_MESSAGE =
  'an extension with queries was applied after timer.extension; apply timer.extension last, or statements of different requests can be mixed up'

/** An extension with queries comes after this one in a client. */
interface Later {
  /** This extension was applied once more, after that one. */
  isCovered: boolean
}

/** Makes a timer's extension. */
export function timerExtension(timer: TimerState): Extension {
  return (client) => {
    const isAgain = client[APPLIED] !== undefined
    const isWrapped = isTimed(client._engineConfig?.adapter) // private to Prisma, which has no public name for it
    const reported = new Set<string>()
    const later: Later | undefined = client[NOT_LAST]
    if (later) later.isCovered = true

    /** Reports it once, in the first request that it touches. */
    function report(problem: string): void {
      const log = currentRequest()?.log
      if (!log || reported.has(problem)) return
      reported.add(problem)
      log.report(new ActionLogError('inexact_sql', `${NAME}: ${problem}`))
    }

    function run(operation: Operation, isLater: boolean): unknown {
      if (isAgain) return operation.query(operation.args)
      return isWrapped ? runNamed(operation, isLater, timer.isolate) : countOperation(operation)
    }

    /** Comes between this extension and a later one, which may wait for anything: names are not sure any more. */
    function beforeLater(): object {
      const state: Later = { isCovered: false }
      return {
        name: NAME,
        client: { [NOT_LAST]: state },
        query: {
          $allOperations(operation: Operation) {
            if (!state.isCovered) report(NOT_LAST_MESSAGE)
            hideOperation()
            return operation.query(operation.args)
          },
        },
      }
    }

    return client.$extends({
      name: NAME,
      client: {
        [APPLIED]: true,
        /** Prisma's own; it sees what is applied after this extension. */
        $extends(this: unknown, extension: { readonly name?: string; readonly query?: object }) {
          const isLater = extension.query && extension.name !== NAME
          return client.$extends.call(isLater ? client.$extends.call(this, beforeLater()) : this, extension)
        },
      },
      query: {
        $allOperations(operation: Operation) {
          if (timer.wraps && !isWrapped) report(NOT_WRAPPED_MESSAGE)
          const isLater = isDispatchedLater(operation)
          const wait = isLater && timer.isolate ? turn() : undefined
          return wait ? wait.then(() => run(operation, isLater)) : run(operation, isLater)
        },
      },
    })
  }
}

/** Counts the operation as if it were one statement. */
function countOperation({ model, operation, args, query }: Operation): unknown {
  const account = currentSql()
  if (!account) return query(args)
  account.estimateFrom('operation')
  return timed(account.start(model ? `${model}.${operation}` : operation), () => query(args))
}
