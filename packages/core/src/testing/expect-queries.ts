import { AssertionError } from 'node:assert'
import { openActionLog } from '../action-log.js'
import { firstOpenLog } from '../open-logs.js'
import { currentRequest, RequestContext, runInRequest } from '../request/context.js'
import { fingerprint } from '../request/fingerprint.js'
import { type StatementWatcher, statementWatchers } from '../request/statement-watchers.js'
import { shown } from '../settings/options.js'

/** How many statements are expected: exactly that many, or at least `min` and at most `max`. */
export type ExpectedQueries = number | { readonly min?: number; readonly max?: number }

/** The request each block runs as, and the one it was called in. */
const blocks = new WeakMap<RequestContext, RequestContext | undefined>()

/**
 * Runs `block` and asserts how many SQL statements it ran, itself and in the requests that this process served meanwhile.
 * Transaction control does not count. If tests run at the same time in one process, only one of them may send requests.
 * @returns what `block` returned
 * @throws AssertionError if the number is wrong, with a list of the statements; TypeError if `expected` sets no bound; the
 * error of `block`
 */
export async function expectQueries<T>(
  expected: ExpectedQueries,
  block: () => T | PromiseLike<T>,
): Promise<T> {
  const { min = 0, max = Number.POSITIVE_INFINITY } = boundsOf(expected)
  const request = quietRequest()
  const runs = new Map<string, number>()
  let count = 0
  const watch: StatementWatcher = (sql, dialect, operation) => {
    if (isOfOther(request)) return
    const text = [operation, fingerprint(sql, dialect)].filter(Boolean).join(': ')
    runs.set(text, (runs.get(text) ?? 0) + 1)
    count++
  }
  statementWatchers.add(watch)
  let result: T
  try {
    result = await runInRequest(request, async () => await block())
  } finally {
    statementWatchers.delete(watch)
    request.closed = true
  }
  if (count >= min && count <= max) return result
  const list = [...runs].map(([text, times]) => `\n${String(times).padStart(5)} × ${text}`)
  throw new AssertionError({
    message: `expected ${describe(expected)} SQL statements, ${count} ran${list.length > 0 ? ':' : ''}${list.join('')}`,
    actual: count,
    expected,
    operator: 'expectQueries',
    stackStartFn: expectQueries,
  })
}

function boundsOf(expected: ExpectedQueries): { readonly min?: number; readonly max?: number } {
  if (typeof expected === 'number' && expected >= 0) return { min: expected, max: expected }
  const { min, max, ...others } = Object(expected)
  const isBounded = (min ?? max) !== undefined && isBound(min) && isBound(max) && !(min > max)
  if (isBounded && Object.keys(others).length === 0) return { min, max }
  throw new TypeError(
    `@actionlog/core: expectQueries() takes a number, or { min, max }, got ${shown(expected)}`,
  )
}

function isBound(bound: unknown): boolean {
  return bound === undefined || (typeof bound === 'number' && bound >= 0)
}

/** Statements count in requests only: this one leaves no record. */
function quietRequest(): RequestContext {
  const log = firstOpenLog() ?? openActionLog({ handlerType: 'null' })
  const request = new RequestContext(log, undefined)
  request.closed = false
  blocks.set(request, currentRequest())
  return request
}

/** Whether this code runs in another block, one that was not called in this one. */
function isOfOther(block: RequestContext): boolean {
  let request = currentRequest()
  if (!request || !blocks.has(request)) return false
  while (request && request !== block) request = blocks.get(request)
  return request === undefined
}

function describe(expected: ExpectedQueries): string {
  if (typeof expected === 'number') return `${expected}`
  const bounds = [
    expected.min === undefined ? '' : `at least ${expected.min}`,
    expected.max === undefined ? '' : `at most ${expected.max}`,
  ]
  return bounds.filter(Boolean).join(' and ')
}
