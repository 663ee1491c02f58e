import { currentScope, runInScope } from '@actionlog/core'
import { sharedScope } from './tick-owner.js'

/** A client of any generator. */
// biome-ignore lint/suspicious/noExplicitAny: its type exists only once the application generated it
export type AnyClient = any

/** What Prisma gives a query extension. */
export interface Operation {
  readonly model?: string | undefined
  readonly operation: string
  readonly args: unknown
  query(args: unknown): PromiseLike<unknown>
  /** Prisma's own. */
  readonly __internalParams?: { readonly transaction?: { readonly lock?: object } }
}

/**
 * Whether Prisma dispatches the operation at the end of the tick, together with others. An operation that it dispatches at
 * once runs in the context of the caller.
 */
export function isDispatchedLater({ operation, __internalParams: internal }: Operation): boolean {
  return !internal || internal.transaction !== undefined || operation.startsWith('findUnique')
}

/**
 * Runs the operation so that its statements get its name. Raw SQL gets none, because the SQL says more than the name.
 * Operations that are dispatched together get a name only if all have the same one, which is certain only where each tick
 * belongs to one request.
 */
export function runNamed(operation: Operation, later: boolean, isolated: boolean): unknown {
  const { model, args, query } = operation
  const request = currentScope()?.request
  if (!request || (later && !isolated)) return query(args)
  const named = model ? request.sql.operation(`${model}.${operation.operation}`) : undefined
  const scope = { request, operation: named }
  const batch = operation.__internalParams?.transaction?.lock
  return runInScope(later ? sharedScope(scope, batch) : scope, () => query(args).then(asIs)) // Prisma starts it at then()
}

/** From now on shows SQL for the statements of the current operation, and of those that are dispatched with it. */
export function hideOperation(): void {
  const scope = currentScope()
  if (scope?.operation) scope.operation = undefined
}

function asIs<T>(value: T): T {
  return value
}
