import { type AnyClient, hideOperation, isDispatchedLater, type Operation, runNamed } from './operation.js'
import { reportOnce } from './report.js'
import { turn } from './tick-owner.js'

const NAME = '@actionlog/prisma'
/** On every client extended: what tells an extension that was applied twice. */
const APPLIED = '$actionlog'
/** On every client with queries after this extension. */
const NOT_LAST = '$actionlogNotLast'

const NOT_LAST_MESSAGE =
  'an extension with queries was applied after timer.extension; apply timer.extension last, or statements of different requests can be mixed up'

/** An extension with queries comes after this one in a client. */
interface Later {
  /** This extension was applied once more, after that one. */
  isCovered: boolean
}

/**
 * Extends a client whose data loader cannot be followed, by Prisma's public API alone: each tick belongs to one
 * request, so what is dispatched together is of one request.
 */
export function keepTicksApart(client: AnyClient, isolate: boolean): AnyClient {
  const isAgain = client[APPLIED] !== undefined
  const reportNotLast = reportOnce(NOT_LAST_MESSAGE)
  const later: Later | undefined = client[NOT_LAST]
  if (later) later.isCovered = true

  function run(operation: Operation, isLater: boolean): unknown {
    return isAgain ? operation.query(operation.args) : runNamed(operation, isLater, isolate)
  }

  /** Comes between this extension and a later one, which may wait for anything: names are not sure any more. */
  function beforeLater(): object {
    const state: Later = { isCovered: false }
    return {
      name: NAME,
      client: { [NOT_LAST]: state },
      query: {
        $allOperations(operation: Operation) {
          if (!state.isCovered) reportNotLast()
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
        const isLater = isDispatchedLater(operation)
        const wait = isLater && isolate ? turn() : undefined
        return wait ? wait.then(() => run(operation, isLater)) : run(operation, isLater)
      },
    },
  })
}
