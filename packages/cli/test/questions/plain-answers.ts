import type { Raw } from './store-of.js'

// The same answers in plain JavaScript, from the raw records: what the questions are tested against.

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)
const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0)

export function requestsOf(records: readonly Raw[]): Raw[] {
  return records.filter((record) => record.label_name === 'footprint')
}

export function isError({ status_code: status }: Raw): boolean {
  return Number(status) >= 500 && Number(status) < 600
}

function isLongLived(record: Raw): boolean {
  const head = number(record.head_time)
  return (
    record.status_code === 101 || (head !== null && head <= 1000 && (number(record.total_time) ?? 0) > 60_000)
  )
}

function quantile(sorted: readonly number[], q: number): number | null {
  const last = sorted.at(-1)
  if (last === undefined) return null
  const place = (sorted.length - 1) * q
  const low = sorted[Math.floor(place)] as number
  return low + ((sorted[Math.floor(place) + 1] ?? last) - low) * (place - Math.floor(place))
}

export function figuresOf(requests: readonly Raw[]): Record<string, number | null> {
  const short = requests.filter((record) => !isLongLived(record))
  const waited = short.flatMap((record) => number(record.total_time) ?? [])
  const sorted = waited.toSorted((a, b) => a - b)
  const count = (has: (record: Raw) => boolean): number => requests.filter(has).length
  return {
    requests: requests.length,
    errors: count(isError),
    client_errors: count(({ status_code: s }) => Number(s) >= 400 && Number(s) < 499),
    aborted: count((record) => record.aborted === true || record.status_code === 499),
    long_lived: requests.length - short.length,
    waiting_time: sum(waited),
    mean: sorted.length > 0 ? sum(waited) / sorted.length : null,
    max: sorted.at(-1) ?? null,
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    repeats: count((record) => (number(record.sql_repeat_count) ?? 0) > 0),
  }
}

/** Counts by a key, the most frequent first, then by key with null last. */
export function countBy(
  requests: readonly Raw[],
  keyOf: (record: Raw) => unknown,
): [string | null, number][] {
  const counts = new Map<string | null, number>()
  for (const record of requests) {
    const key = (keyOf(record) ?? null) as string | null
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1] || byBytes(a[0], b[0]))
}

function byBytes(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** Matches an answer whose numbers are these but for rounding: sums differ in the order of their parts. */
export function close(expected: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(expected).map(([name, value]) => [
      name,
      typeof value === 'number' && !Number.isInteger(value) ? expect.closeTo(value, 5) : value,
    ]),
  )
}
