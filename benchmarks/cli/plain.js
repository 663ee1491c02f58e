// The first screen of `report`, as one would write it by hand: readline, JSON.parse and Maps.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

const views = new Map()
const slowest = []
const errors = new Map()
let requests = 0
let labelled = 0
for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) {
  if (line === '') continue
  const record = JSON.parse(line)
  if (record.label_name !== 'footprint') {
    labelled++
    continue
  }
  requests++
  let view = views.get(record.view_name)
  if (!view) {
    view = {
      name: record.view_name,
      times: [],
      total: 0,
      sqlTime: 0,
      sqlCount: 0,
      errors: 0,
      repeats: 0,
      series: new Map(),
    }
    views.set(record.view_name, view)
  }
  view.times.push(record.total_time)
  view.total += record.total_time
  view.sqlTime += record.sql_time
  view.sqlCount += record.sql_count
  if (record.status_code >= 500) view.errors++
  if (record.sql_repeat) view.repeats++
  const hour = record.time.slice(0, 13)
  view.series.set(hour, (view.series.get(hour) ?? 0) + 1)
  if (slowest.length < 20 || record.total_time > slowest.at(-1).total_time) {
    slowest.push(record)
    slowest.sort((a, b) => b.total_time - a.total_time)
    slowest.length = Math.min(slowest.length, 20)
  }
  if (record.ex_type) {
    const key = `${record.view_name} ${record.ex_type}`
    const error = errors.get(key) ?? { first: record.time, count: 0 }
    error.last = record.time
    error.count++
    errors.set(key, error)
  }
}
console.log({ requests, labelled })
for (const view of [...views.values()].sort((a, b) => b.total - a.total)) {
  const times = Float64Array.from(view.times).sort()
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => times[Math.floor(share * (times.length - 1))])
  console.log(
    view.name,
    times.length,
    view.total,
    p50,
    p95,
    p99,
    view.sqlTime,
    view.sqlCount,
    view.errors,
    view.repeats,
  )
}
for (const { time, view_name, total_time } of slowest) console.log(time, view_name, total_time)
for (const [key, error] of errors) console.log(key, error)
