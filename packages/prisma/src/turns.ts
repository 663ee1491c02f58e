import { currentRequest, type RequestContext } from '@actionlog/core'

// Prisma dispatches all that was asked for within one tick together, in the context of whoever came first.
// So each tick belongs to one request (or to none of them: undefined), and the others wait for their turn.

type Owner = RequestContext | undefined

let taken = false
let owner: Owner
const waiting = new Map<Owner, (() => void)[]>()

/** Takes this tick for the current request; a promise of a tick of its own if another request has this one. */
export function turn(): Promise<void> | undefined {
  const request = currentRequest()
  if (!taken) take(request)
  if (owner === request) return undefined
  return new Promise((resolve) => {
    const others = waiting.get(request)
    if (others) others.push(resolve)
    else waiting.set(request, [resolve])
  })
}

function take(request: Owner): void {
  taken = true
  owner = request
  queueMicrotask(endWithTick)
}

/** From a microtask, as a nextTick asked for within a tick would still run in that one. */
function endWithTick(): void {
  process.nextTick(pass)
}

/** Gives the next tick to the request that waits longest, with all its operations: they are one batch for Prisma. */
function pass(): void {
  taken = false
  owner = undefined
  const next = waiting.entries().next().value
  if (!next) return
  const [request, operations] = next
  waiting.delete(request)
  take(request)
  for (const resume of operations) resume()
}
