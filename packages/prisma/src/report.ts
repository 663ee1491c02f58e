import { ActionLogError, currentRequest } from '@actionlog/core'

/** Makes what reports a problem once, in the first request that it touches. */
export function reportOnce(problem: string): () => void {
  let isReported = false
  return () => {
    const log = isReported ? undefined : currentRequest()?.log
    if (!log) return
    isReported = true
    log.report(new ActionLogError('inexact_sql', `@actionlog/prisma: ${problem}`))
  }
}
