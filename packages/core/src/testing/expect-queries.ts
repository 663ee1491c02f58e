import { AssertionError } from 'node:assert'
import { HandlerActionLog } from '../action-log.js'
import { runInRequest, type StatementWatcher, shared } from '../context.js'
import { fingerprint } from '../fingerprint.js'
import { resolveSettings } from '../settings.js'

/** How many statements: exactly that many, or at least and at most. */
export type ExpectedQueries = number | { readonly min?: number; readonly max?: number }

/**
 * Runs `block` and asserts how many SQL statements it ran, itself and in the requests that this process served
 * meanwhile; transaction control does not count. Not for tests that run at the same time in one process.
 * @returns what `block` returned
 * @throws AssertionError whose message lists the statements; what `block` throws
 */
export async function expectQueries<T>(
  expected: ExpectedQueries,
  block: () => T | PromiseLike<T>,
): Promise<T> {
  const { min = 0, max = Number.POSITIVE_INFINITY } =
    typeof expected === 'number' ? { min: expected, max: expected } : expected
  const runs = new Map<string, number>()
  let count = 0
  const watch: StatementWatcher = (sql, name) => {
    const text = [name, fingerprint(sql)].filter(Boolean).join(': ')
    runs.set(text, (runs.get(text) ?? 0) + 1)
    count++
  }
  shared.watchers.add(watch)
  let result: T
  try {
    result = await inRequest(block)
  } finally {
    shared.watchers.delete(watch)
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

/** Statements count in requests only: this one leaves no record. */
async function inRequest<T>(block: () => T | PromiseLike<T>): Promise<T> {
  const log =
    shared.logs.values().next().value ?? new HandlerActionLog(resolveSettings({ handlerType: 'null' }))
  const request = log.begin(undefined)
  request.closed = false
  try {
    return await runInRequest(request, async () => await block())
  } finally {
    request.closed = true
  }
}

function describe(expected: ExpectedQueries): string {
  if (typeof expected === 'number') return `${expected}`
  const bounds = [
    expected.min === undefined ? '' : `at least ${expected.min}`,
    expected.max === undefined ? '' : `at most ${expected.max}`,
  ]
  return bounds.filter(Boolean).join(' and ')
}
