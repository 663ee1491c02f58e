import { isMainThread } from 'node:worker_threads'
import { boolean, type OptionRule } from '@actionlog/core'

const reopens = new Set<() => void>()
const reopenAll = (): void => {
  for (const reopen of reopens) reopen()
}

/** The rule of the option `reopenOnSighup`. */
export const reopenOnSighupRule: OptionRule<boolean> = isMainThread
  ? boolean(false)
  : {
      expected: 'false in a worker thread, as no signal reaches it (its handler has a method reopen())',
      default: false,
      accepts: (value) => value === false,
    }

/** Calls `reopen` at each SIGHUP; one listener of the process serves all handlers. @returns stops that */
export function reopenOnSighup(reopen: () => void): () => void {
  if (reopens.size === 0) process.on('SIGHUP', reopenAll)
  reopens.add(reopen)
  return () => {
    if (reopens.delete(reopen) && reopens.size === 0) process.off('SIGHUP', reopenAll)
  }
}
