import { currentScope, type RequestContext, runInScope, type Scope } from '@actionlog/core'
import { TIMED } from './adapter.js'
import type { AnyClient } from './operation.js'

/** An operation as Prisma's client hands it to its data loader. */
interface Load {
  readonly modelName?: string | undefined
  readonly action: string
  readonly transaction?: object | undefined
}

/** The data loader's options: Prisma reads them for each operation. They are private to Prisma 7, the same since 7.0. */
interface LoaderOptions {
  /** Operations with the same key, asked for in the same tick, are dispatched together; one without is sent at once. */
  batchBy(load: Load): string | undefined
  singleLoader(load: Load): Promise<unknown>
  batchLoader(loads: readonly Load[]): Promise<unknown>
  readonly [TIMED]?: true
}

const METHODS = ['batchBy', 'singleLoader', 'batchLoader'] as const

/**
 * Makes the data loader of a client, and of all derived from it, dispatch each operation in the scope of the request
 * that asked for it.
 * @param isolate whether operations of different requests are never dispatched together
 * @returns `false` where this version of Prisma has no such loader; nothing has changed then
 */
export function followLoader(client: AnyClient, isolate: boolean): boolean {
  if (isFollowed(client)) return true
  const loader = client._requestHandler?.dataloader
  const options: LoaderOptions | undefined = loader?.options
  if (!options || !METHODS.every((name) => typeof options[name] === 'function')) return false
  return Reflect.set(loader, 'options', following(options, isolate))
}

/** Whether the client's data loader was followed already, by this copy of the package or another. */
export function isFollowed(client: AnyClient): boolean {
  return client._requestHandler?.dataloader?.options?.[TIMED] === true
}

function following(options: LoaderOptions, isolate: boolean): LoaderOptions {
  /** Of what waits for the end of its tick, which may come in the scope of another request. */
  const scopes = new WeakMap<Load, Scope | undefined>()
  return {
    ...options,
    [TIMED]: true,
    batchBy(load) {
      const key = options.batchBy(load)
      if (key === undefined) return undefined
      const scope = currentScope()
      scopes.set(load, scope)
      // a transaction has a key of its own already, and has to stay whole
      return isolate && scope && !load.transaction ? `${key} ${numberOf(scope.request)}` : key
    },
    singleLoader(load) {
      const isLater = scopes.has(load)
      const scope = isLater ? scopes.get(load) : currentScope()
      if (!scope && !isLater) return options.singleLoader(load)
      return runInScope(scope && named(scope.request, [load]), () => options.singleLoader(load))
    },
    batchLoader(loads) {
      const scope = scopes.get(loads[0] as Load)
      return runInScope(scope && named(scope.request, loads), () => options.batchLoader(loads))
    },
  }
}

/** The scope of statements that are sent together; named after their operation where all of them are the same. */
function named(request: RequestContext, loads: readonly Load[]): Scope {
  const { modelName, action } = loads[0] as Load
  const isSame = loads.every((load) => load.modelName === modelName && load.action === action)
  if (!modelName || !isSame) return { request, operation: undefined } // raw SQL says more than a name would
  const name = `${modelName}.${action}`
  let operation = request.sql.operation(name)
  for (let i = 1; i < loads.length; i++) operation = request.sql.operation(name)
  return { request, operation }
}

const numbers = new WeakMap<RequestContext, number>()
let lastNumber = 0

/** No other request has it, though other copies of this package number them too: a client is followed by one. */
function numberOf(request: RequestContext): number {
  const known = numbers.get(request)
  if (known !== undefined) return known
  numbers.set(request, ++lastNumber)
  return lastNumber
}
