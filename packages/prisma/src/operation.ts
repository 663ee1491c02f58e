import { currentScope, runInScope } from '@actionlog/core'
import { sharedScope } from './turns.js'

/** What Prisma gives a query extension. */
export interface Operation {
  readonly model?: string | undefined
  readonly operation: string
  readonly args: unknown
  query(args: unknown): PromiseLike<unknown>
  /** Prisma's own. */
  readonly __internalParams?: { readonly transaction?: unknown }
}

/**
 * Runs the operation so that its statements know its name. Raw SQL says more than a name would. Where Prisma
 * dispatches operations together, their statements cannot be told apart: those have a name only if all have
 * the same, which is known only where each tick belongs to one request.
 */
export function runNamed(operation: Operation, isolated: boolean): unknown {
  const { model, args, query } = operation
  const request = currentScope()?.request
  if (!request) return query(args)
  const named = model ? request.sql.operation(`${model}.${operation.operation}`) : undefined
  let scope = { request, operation: named }
  if (isDispatchedWithOthers(operation)) {
    if (!isolated) return query(args)
    scope = sharedScope(scope)
  }
  return runInScope(scope, () => query(args).then(asIs)) // Prisma starts it at then()
}

function isDispatchedWithOthers({ operation, __internalParams: internal }: Operation): boolean {
  return !internal || internal.transaction !== undefined || operation.startsWith('findUnique')
}

function asIs<T>(value: T): T {
  return value
}
