import { currentScope, runInScope } from '@actionlog/core'
import { sharedScope } from './tick-owner.js'

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
 * Whether Prisma dispatches the operation at the end of the tick, together with others. What it dispatches at once
 * runs in the context of the caller.
 */
export function isDispatchedLater({ operation, __internalParams: internal }: Operation): boolean {
  return !internal || internal.transaction !== undefined || operation.startsWith('findUnique')
}

/**
 * Runs the operation so that its statements know its name. Raw SQL has none, as it says more than a name would.
 * Operations that are dispatched together have a name only if it is the same for all, which is known only where each
 * tick belongs to one request.
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

/** The statements of the current operation are shown as SQL from now on, and those of what is dispatched with it. */
export function hideOperation(): void {
  const scope = currentScope()
  if (scope?.operation) scope.operation = undefined
}

function asIs<T>(value: T): T {
  return value
}
