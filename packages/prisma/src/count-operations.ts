import { currentSql } from '@actionlog/core'
import type { AnyClient, Operation } from './operation.js'
import { reportOnce } from './report.js'
import { timed } from './timed.js'

/** On every client extended: what tells an extension that was applied twice. */
const APPLIED = '$actionlog'

const NOT_WRAPPED_MESSAGE =
  'the client does not use the adapter that timer.adapter() returned, so operations are counted instead of statements'

/**
 * Extends a client whose adapter is not wrapped: each operation counts as if it were one statement.
 * @param timer whether it wrapped an adapter, so that one should be in use
 */
export function countOperations(client: AnyClient, timer: { readonly wraps: boolean }): AnyClient {
  if (client[APPLIED] !== undefined) return client
  const reportNotWrapped = reportOnce(NOT_WRAPPED_MESSAGE)
  return client.$extends({
    name: '@actionlog/prisma',
    client: { [APPLIED]: true },
    query: {
      $allOperations({ model, operation, args, query }: Operation) {
        if (timer.wraps) reportNotWrapped()
        const account = currentSql()
        if (!account) return query(args)
        account.estimateFrom('operation')
        return timed(account.start(model ? `${model}.${operation}` : operation), () => query(args))
      },
    },
  })
}
