import { Account } from './account.js'
import { defineHandler, type HandlerFactory } from './handler.js'

/** Writes nothing: for tests, and to switch the action log off. Its records count as delivered. */
export const nullHandler: HandlerFactory<Record<never, never>> = defineHandler('@actionlog/core', {}, () => {
  const account = new Account()
  let isClosed = false
  return {
    emit: () => (isClosed ? account.countRefused() : account.countDelivered(account.countEmitted())),
    flush: () => account.settled(),
    close: async () => {
      isClosed = true
    },
    stats: () => account.stats(),
  }
})
