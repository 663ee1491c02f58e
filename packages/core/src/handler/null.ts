import { defineHandler, type HandlerFactory } from './handler.js'

/** Writes nowhere: for tests, and to switch the action log off. Its records count as delivered. */
export const nullHandler: HandlerFactory<Record<never, never>> = defineHandler('@actionlog/core', {}, () => {
  let emitted = 0
  let dropped = 0
  let closed = false
  return {
    emit: () => {
      emitted++
      if (closed) dropped++
    },
    flush: async () => {},
    close: async () => {
      closed = true
    },
    stats: () => ({ emitted, delivered: emitted - dropped, dropped, pending: 0 }),
  }
})
