import { random as seeded } from '../../../../benchmarks/cli/random.js'
import type { Raw } from './store-of.js'

export const START: number = Date.UTC(2026, 2, 10, 8)
export const HOUR = 3_600_000

export type Alter = (record: Raw, at: number) => Raw

/** Multiplies a record's latency; `at` is its place in the log, 0 to 1. */
export function latencyTimes(factor: (record: Raw, at: number) => number): Alter {
  return (record, at) => ({ ...record, total_time: (record.total_time as number) * factor(record, at) })
}

/** Half a day's log in which nothing changes: views of a Zipf share, lognormal latencies, fields that mean nothing. */
export function noiseLog(
  seed: number,
  requests: number,
  { day = 0, change = (record) => record }: { day?: number; change?: Alter } = {},
): Raw[] {
  const random = seeded(seed)
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Array.from({ length: requests }, (_, i) => {
    const at = (i + random()) / requests
    const view = Math.floor(12 ** random())
    const sqlCount = Math.floor(random() * 8)
    const total = 10 * view * Math.exp(normal() * 0.7) * (random() < 0.03 ? 8 : 1)
    const record: Raw = {
      time: new Date(START + day * 24 * HOUR + at * 12 * HOUR).toISOString(),
      label_name: 'footprint',
      request_id: `r${i}`,
      method: view % 3 ? 'GET' : 'POST',
      url: `/view${view}/${Math.floor(random() * 50)}?page=${Math.floor(random() * 9)}&format=${pick(['html', 'json'])}`,
      view_name: `GET /view${view}/:id`,
      status_code: random() < 0.01 ? 500 : random() < 0.03 ? 404 : 200,
      user: random() < 0.2 ? null : `user${Math.floor(random() ** 2 * 80)}`,
      remote_ip: `10.0.0.${Math.floor(random() * 20)}`,
      user_agent: pick(['Firefox', 'Chrome', 'Safari', 'curl', 'Googlebot/2.1']),
      sql_count: sqlCount,
      sql_time: total * 0.3,
      node_time: total * 0.7,
      total_time: Math.round(total * 1000) / 1000,
      extra: { version: '1.0', host: pick(['a', 'b', 'c']), items: Math.floor(random() * 5) },
    }
    return change(record, at)
  })
}
