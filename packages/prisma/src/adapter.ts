import { ActionLogError, currentScope, currentSql, type SqlDialect, toJson } from '@actionlog/core'
import { timed } from './timed.js'

/** The part of a driver adapter factory that is used: Prisma's own adapters and third parties' have it. */
export interface AdapterFactory {
  readonly provider: string
  readonly adapterName: string
  connect(): Promise<object>
}

// biome-ignore lint/suspicious/noExplicitAny: whatever an adapter's methods take and give is passed through
type Method = (...args: any[]) => any
type Wrappers = Readonly<Record<string, (method: Method) => Method>>

/** How transaction control starts. A BEGIN or END with something else after it is a block of code. */
const CONTROL =
  /^\s*(?:(?:BEGIN|END)(?=\s+(?:TRAN|TRANSACTION|WORK|DEFERRED|IMMEDIATE|EXCLUSIVE|ISOLATION|READ)\b|\s*(?:;|$|\/\*|--))|(?:(?:START|SET)\s+TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b)/i

/** Some adapters send transaction control as if it were a statement; with others behind it, it is one. */
function isControl(sql: string): boolean {
  if (!CONTROL.test(sql)) return false
  const end = sql.indexOf(';')
  return end < 0 || sql.slice(end + 1).trim() === ''
}

/** The parameters beside the text, `query.args`, are never read. */
function statement(dialect: SqlDialect): (method: Method) => Method {
  return (method) => (query: { readonly sql: string }) => {
    const scope = currentScope()
    if (!scope) return method(query)
    const { sql } = query
    const account = scope.request.sql
    return timed(isControl(sql) ? account.startControl() : account.start(sql, dialect, scope.operation), () =>
      method(query),
    )
  }
}

function control(method: Method): Method {
  return (...args) => {
    const account = currentSql()
    return account ? timed(account.startControl(), () => method(...args)) : method(...args)
  }
}

const asIs = (method: Method): Method => method

function connectionOf(dialect: SqlDialect): Wrappers {
  const queries: Wrappers = { queryRaw: statement(dialect), executeRaw: statement(dialect) }
  const transaction: Wrappers = {
    ...queries,
    commit: control,
    rollback: control,
    createSavepoint: control,
    rollbackToSavepoint: control,
    releaseSavepoint: control,
  }
  return {
    ...queries,
    startTransaction: (method) => {
      const start = control(method)
      return async (...args) => wrapped(await start(...args), transaction)
    },
    executeScript: asIs, // migrations only: no request runs it
    getConnectionInfo: asIs,
    dispose: asIs,
  }
}

/** Marks a wrapped adapter or data loader; other copies of this package know the mark, too. */
export const TIMED: unique symbol = Symbol.for('@actionlog/prisma/v1')

/** Whether a timer, of this copy of the package or another, has wrapped the adapter. */
export function isTimed(adapter: unknown): boolean {
  return typeof adapter === 'object' && adapter !== null && TIMED in adapter
}

/** @throws ActionLogError `invalid_settings` for what Prisma would not take either, such as the Promise of a factory */
function requireFactory(factory: unknown): void {
  if (typeof (factory as AdapterFactory | null | undefined)?.connect === 'function') return
  const rule = 'timer.adapter() must get a driver adapter, such as new PrismaPg({ connectionString })'
  throw new ActionLogError('invalid_settings', `@actionlog/prisma: ${rule}, got ${toJson(factory, 80)}`)
}

/** Makes a factory whose connections count and time their statements. */
export function timedFactory<F extends AdapterFactory>(factory: F): F {
  requireFactory(factory)
  if (isTimed(factory)) return factory
  const connection = connectionOf(factory.provider as SqlDialect) // Prisma's names are core's; core knows an unknown one
  return wrapped(factory, {
    connect: (method) => {
      const connect = control(method)
      return async () => wrapped(await connect(), connection)
    },
    connectToShadowDb: asIs,
  })
}

/** `original` with methods wrapped. They run on the original, as only that has its private fields. */
function wrapped<T extends object>(original: T, wrappers: Wrappers): T {
  const methods: Record<string, Method> = {}
  for (const [name, wrap] of Object.entries(wrappers)) {
    const method: unknown = Reflect.get(original, name)
    if (typeof method === 'function') methods[name] = wrap(method.bind(original))
  }
  return Object.setPrototypeOf(Object.assign(methods, { [TIMED]: true }), original)
}
