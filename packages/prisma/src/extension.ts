import { isTimed } from './adapter.js'
import { countOperations } from './count-operations.js'
import { followLoader } from './loader.js'
import type { AnyClient } from './operation.js'
import { keepTicksApart } from './ticks.js'

/** What `$extends` takes, for the client of any generator; its type says that it adds nothing. */
export type Extension = (client: AnyClient) => {
  // biome-ignore lint/complexity/noBannedTypes: this is Prisma's word for nothing added
  $extends: { extArgs: { result: {}; model: {}; query: {}; client: {} } }
}

/** What the adapter and the extension of a timer share. */
export interface TimerState {
  readonly isolate: boolean
  /** Whether `timer.adapter()` was called, so that its adapter should be in use. */
  wraps: boolean
}

/** Makes a timer's extension. */
export function timerExtension(timer: TimerState): Extension {
  return (client) => {
    const isWrapped = isTimed(client._engineConfig?.adapter) // private to Prisma, which has no public name for it
    if (!isWrapped) return countOperations(client, timer)
    if (followLoader(client, timer.isolate)) return client.$extends({ name: '@actionlog/prisma' })
    return keepTicksApart(client, timer.isolate)
  }
}
