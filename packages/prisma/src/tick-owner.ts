import { currentRequest, type RequestContext, type Scope } from '@actionlog/core'

// Prisma dispatches most operations of one tick together, in the context of the first one. So each tick belongs to one
// request, or to code outside of requests (undefined), and the others wait for their turn.

type Owner = RequestContext | undefined

/** A tick, and the scope of the operations that Prisma may dispatch together in it. */
interface Tick {
  readonly owner: Owner
  scope: Scope | undefined
}

let tick: Tick | undefined
const resolved = Promise.resolve() // half the cost of queueMicrotask()
const waiting = new Map<Owner, (() => void)[]>()
const batches = new WeakMap<object, Scope>()

/** Takes this tick for the current request. If another request has it, returns a promise for a later tick. */
export function turn(): Promise<void> | undefined {
  const request = currentRequest()
  tick ??= take(request)
  if (tick.owner === request) return undefined
  return new Promise((resolve) => {
    const others = waiting.get(request)
    if (others) others.push(resolve)
    else waiting.set(request, [resolve])
  })
}

/**
 * The scope of all operations that are dispatched together in this tick. It names an operation if all are the same.
 * @param batch an object that all operations of a batch transaction have in common: Prisma holds them back until all
 *   have come, which may be in different ticks
 */
export function sharedScope(scope: Scope, batch: object | undefined): Scope {
  if (tick?.owner !== scope.request) return { ...scope, operation: undefined } // never, after turn()
  const first = (batch && batches.get(batch)) ?? tick.scope ?? scope
  tick.scope ??= first
  if (batch) batches.set(batch, first)
  if (first.operation !== scope.operation || tick.scope.operation !== scope.operation)
    first.operation = tick.scope.operation = undefined
  return tick.scope
}

function take(owner: Owner): Tick {
  resolved.then(endWithTick)
  return { owner, scope: undefined }
}

/** Schedules from a microtask, because a nextTick that is scheduled within a tick would still run in that tick. */
function endWithTick(): void {
  process.nextTick(pass)
}

/** Gives the next tick to the request that has waited longest, with all its operations: Prisma sends them as one batch. */
function pass(): void {
  tick = undefined
  const next = waiting.entries().next().value
  if (!next) return
  const [request, operations] = next
  waiting.delete(request)
  tick = take(request)
  for (const resume of operations) resume()
}
