import { clearTimeout, setTimeout } from 'node:timers'
import { ActionLogError, type ActionLogErrorCode, messageOf } from './errors.js'
import { onExit } from './on-exit.js'
import { printError } from './print-error.js'
import { requireSync } from './require-sync.js'
import { textOf } from './text-of.js'

/** Called with everything that actionlog itself could not do. What it throws or rejects with is ignored. */
export type OnError = (error: ActionLogError) => void

/** Calls a handler's `onError`, if there is one. What that throws or rejects with is ignored. */
export function callOnError(onError: OnError | undefined, error: ActionLogError): void {
  try {
    requireSync(onError?.(error))
  } catch {
    // the application's own affair: it was called
  }
}

/** Passes errors on, but not too many of a kind; never throws. */
export interface Reporter {
  report: OnError
  /** Reports at once what is held back. */
  flush(): void
}

const ONE_SECOND = { ms: 1_000, name: 'second' }
const ONE_MINUTE = { ms: 60_000, name: 'minute' }
const MAX_KINDS = 50

/**
 * Reports errors to `onError`, at most `most` of a kind a second; without one they are printed on stderr, at most one
 * of a kind a minute. Those beyond are reported as one when the interval is over. An error that occurs while `onError`
 * runs, because it logs itself, waits as well: reporting never calls itself.
 * @param onError asked for at each report, as it may be set later
 */
export function createReporter(onError: () => OnError | undefined, most = 1): Reporter {
  const printer = limit((error) => printError(error), 1, ONE_MINUTE)
  const caller = limit((error) => callSafely(onError() ?? printer.report, error, printer), most, ONE_SECOND)
  return {
    report: (error) => (onError() ? caller : printer).report(error),
    flush: () => caller.flush(),
  }
}

function callSafely(onError: OnError, error: ActionLogError, printer: Reporter): void {
  try {
    const result: unknown = onError(error)
    if (result) Promise.resolve(result).catch(() => {})
  } catch (thrown) {
    const message = `@actionlog/core: ACTION_LOG_SETTING.onError failed: ${messageOf(thrown)}`
    printer.report(new ActionLogError('callback_failed', message))
  }
}

/** The errors of one kind in the current interval. */
interface Held {
  reported: number
  /** The last one that was not reported, and how many there are. */
  last: ActionLogError | undefined
  count: number
  timer: NodeJS.Timeout
}

function limit(report: OnError, most: number, interval: { ms: number; name: string }): Reporter {
  const kinds = new Map<string, Held>()
  let isReporting = false
  let forgetExit: (() => void) | undefined

  function receive(error: ActionLogError): void {
    const kind = kindOf(error)
    const held = kinds.get(kind) ?? begin(kind)
    if (isReporting || held.reported === most) hold(held, error)
    else reportNow(held, error)
  }

  function begin(kind: string): Held {
    const held = {
      reported: 0,
      last: undefined,
      count: 0,
      timer: setTimeout(() => end(kind), interval.ms).unref(),
    }
    kinds.set(kind, held)
    return held
  }

  function hold(held: Held, error: ActionLogError): void {
    held.last = error
    held.count++
    forgetExit ??= onExit(flush, 'afterExit')
  }

  /** Reports what was held back in the interval, and begins another one; without any the kind is forgotten. */
  function end(kind: string): void {
    const held = kinds.get(kind) as Held
    clearTimeout(held.timer)
    kinds.delete(kind)
    if (held.count === 0) return
    const next = begin(kind)
    if ([...kinds.values()].every(({ count }) => count === 0)) forgetExit = void forgetExit?.()
    reportNow(next, held.count > 1 ? repeated(held.last, held.count) : (held.last as ActionLogError))
  }

  function reportNow(held: Held, error: ActionLogError): void {
    held.reported++
    isReporting = true
    try {
      report(error)
    } finally {
      isReporting = false
    }
  }

  function repeated(error: ActionLogError | undefined, times: number): ActionLogError {
    const code = read(error, 'code') as ActionLogErrorCode
    return new ActionLogError(code, `${messageOf(error)} (${times} times in the last ${interval.name})`, {
      cause: read(error, 'cause'),
    })
  }

  function kindOf(error: ActionLogError): string {
    const code = textOf(read(error, 'code')) ?? ''
    const start = `${code} ${messageOf(error).slice(0, 500)}`
    // numbers make no kind of their own, but for counts of drops, whose sum is to be right
    const kind = code === 'records_dropped' ? start : start.replace(/\d+/g, '0')
    return kinds.has(kind) || kinds.size < MAX_KINDS ? kind : code
  }

  function flush(): void {
    if (isReporting) return
    for (const [kind, { count }] of [...kinds]) if (count > 0) end(kind)
  }

  return { report: receive, flush }
}

/** Reads a property of what was reported: a handler of somebody else may report anything. */
function read(error: unknown, name: 'code' | 'cause'): unknown {
  try {
    return Object(error)[name]
  } catch {
    return undefined
  }
}
