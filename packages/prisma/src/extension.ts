import { currentSql } from '@actionlog/core'
import { timed } from './timed.js'
import { turn } from './turns.js'

/** What `$extends` takes, for the client of any generator; its type tells it adds nothing. */
// biome-ignore lint/suspicious/noExplicitAny: a client's type exists only once the application generated it
export type Extension = (client: any) => {
  // biome-ignore lint/complexity/noBannedTypes: this is Prisma's word for nothing added
  $extends: { extArgs: { result: {}; model: {}; query: {}; client: {} } }
}

/** Where this timer's statements come from. */
export interface StatementSource {
  /** An adapter was wrapped. */
  readonly wrapped: boolean
  /** A wrapped adapter is in use: it counts the statements. */
  readonly connected: boolean
}

interface Operation {
  readonly model?: string | undefined
  readonly operation: string
  readonly args: unknown
  query(args: unknown): PromiseLike<unknown>
}

/** On every client extended, to tell an extension applied twice. */
const APPLIED = '$actionlog'

export function timerExtension(source: StatementSource): Extension {
  return (client) => {
    const counts = client[APPLIED] === undefined
    let asked: Promise<unknown> | undefined

    const run = (operation: Operation): unknown => {
      const wait = turn()
      const send = counts && !source.connected ? sendCounted : sendAsIs
      return wait ? wait.then(() => send(operation)) : send(operation)
    }

    return client.$extends({
      name: '@actionlog/prisma',
      client: { [APPLIED]: true },
      query: {
        $allOperations(operation: Operation) {
          if (source.connected || !source.wrapped) return run(operation)
          // only once the client is connected it shows whether it uses the wrapped adapter
          asked ??= client.$connect().catch(() => {}) as Promise<unknown>
          return asked.then(() => run(operation))
        },
      },
    })
  }
}

function sendAsIs({ args, query }: Operation): unknown {
  return query(args)
}

/** Counts the operation as if it were one statement. */
function sendCounted({ model, operation, args, query }: Operation): unknown {
  const account = currentSql()
  if (!account) return query(args)
  account.estimatedFrom('operation')
  return timed(account.start(model ? `${model}.${operation}` : operation), () => query(args))
}
