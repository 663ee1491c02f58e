// How fast `actionlog dashboard` is: a real process over HTTP. Usage: node cli/dashboard.js [RECORDS] [DAYS]
import { appendFileSync, createWriteStream, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { printMachine, printTable } from '../lib/report.js'
import { startDashboard } from './dashboard-process.js'
import { lines } from './generate.js'
import { inBlocks } from './in-blocks.js'

const records = Number(process.argv[2] ?? 1_000_000)
const periodMs = Number(process.argv[3] ?? 10) * 86_400_000
const ROUNDS = 5
const LIVE_SECONDS = 20
const LIVE_RECORDS_A_SECOND = 1_000
const ROTATIONS = 24

const folder = mkdtempSync(join(tmpdir(), 'actionlog-benchmark-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const file = join(folder, 'my_action.log')
await pipeline(Readable.from(inBlocks(lines({ records, periodMs }))), createWriteStream(file))

printMachine()
const dashboard = await startDashboard(file)
const row = (name, figure, unit) => [name, figure.toFixed(figure < 10 ? 1 : 0), unit]
printTable([`${records} records`, 'figure', 'unit'], await loading())
console.log()
printTable(['panel', 'first, ms', `median of ${ROUNDS} windows, ms`, 'again, ms'], await panels())
console.log()
printTable([`${LIVE_RECORDS_A_SECOND} records a second`, 'figure', 'unit'], await live())
console.log()
printTable([`${ROTATIONS} rotations`, 'before', 'after'], await rotations())
await dashboard.close()

/** Asks what the page's first screen asks, again and again while the log is read. */
async function loading() {
  await dashboard.probe() // to load the code blocks it, too
  const start = performance.now()
  let slowest = 0
  let answers = 0
  for await (const { is_loading, requests, labelled, rejected } of dashboard.progress()) {
    if (!is_loading) break
    const scope = { held: { requests, labelled, rejected } }
    const asked = await Promise.all(['summary', 'series', 'views'].map((name) => dashboard.ask(name, scope)))
    slowest = Math.max(slowest, ...asked.map(({ ms }) => ms))
    answers += asked.length
  }
  const seconds = (performance.now() - start) / 1_000
  const { blockedMs } = await dashboard.probe()
  return [
    row('loading, with a page that asks', seconds, 's'),
    row('answers while loading', answers, ''),
    row('slowest of them', slowest, 'ms'),
    row('event loop blocked while loading, longest', blockedMs, 'ms'),
    row('highest memory of the process', dashboard.highestMB(), 'MB'),
  ]
}

/** Every question of the page: over a window nobody asked about before, and over one whose answer is kept. */
async function panels() {
  const { answer: all } = await dashboard.ask('summary')
  const { answer: views } = await dashboard.ask('views', {}, { limit: 1 })
  const view = [views.views[0].view_name]
  const middle = (all.first + all.last) / 2
  const halves = {
    before: { from: all.first, until: middle },
    after: { from: middle, until: all.last + 1 },
  }
  const whole = [
    ['summary'],
    ['series'],
    ['views', { limit: 20 }],
    ['errors'],
    ['repeats'],
    ['ranking', { by: 'view_name', limit: 100 }],
    ['users', { limit: 100 }],
    ['labels'],
    ['actions', { limit: 100 }, { label: ['order_save'] }],
    ['deploys'],
    ['compare', halves],
    ['rejected', { limit: 200 }],
  ]
  const ofView = [
    ['summary'],
    ['series'],
    ['heatmap'],
    ['why', { selection: { slow: 'p95' } }],
    ['steps'],
    ['deploys'],
    ['slowest', { limit: 10 }],
    ['recent', { limit: 10 }],
    ['ranking', { by: 'sql_slowest', limit: 10 }],
    ['repeats', { limit: 10 }],
    ['errors'],
  ].map(([name, options = {}]) => [name, options, { view }])
  const { answer: newest } = await dashboard.ask('recent', {}, { limit: 1 })
  const one = [
    ['request', { requestId: newest.rows[0].request_id }],
    ['trail', { id: newest.rows[0].id, limit: 40 }],
  ]
  const rows = []
  for (const [name, options = {}, scope = {}] of [...whole, ...ofView, ...one]) {
    const { requests, labelled, rejected } = all.store
    const window = (less) => ({ ...scope, held: { requests: requests - less, labelled, rejected } })
    const first = await dashboard.ask(name, window(0), options)
    const others = []
    for (let less = 1; less <= ROUNDS; less++)
      others.push((await dashboard.ask(name, window(less), options)).ms)
    const again = await dashboard.ask(name, window(0), options)
    const title = scope.view ? `${name} of ${view}` : name
    rows.push([title, ...[first.ms, median(others), again.ms].map((ms) => ms.toFixed(0))])
  }
  rows.push(['event loop blocked, longest', '', (await dashboard.probe()).blockedMs.toFixed(0), ''])
  return rows
}

/** Writes to the log and waits until the page would show it: the event, and the answers over the new window. */
async function live() {
  const source = lines({ records: (LIVE_SECONDS + 5) * LIVE_RECORDS_A_SECOND, seed: 7, start: Date.now() })
  const written = [] // when so many records had been written
  const before = (await dashboard.ask('summary')).answer.store
  const base = before.requests + before.labelled
  let count = 0
  const timer = setInterval(() => {
    let text = ''
    for (let i = 0; i < LIVE_RECORDS_A_SECOND / 20; i++) text += source.next().value
    appendFileSync(file, text)
    count += LIVE_RECORDS_A_SECOND / 20
    written.push({ count, at: performance.now() })
  }, 50)
  const lags = []
  const shown = []
  const end = performance.now() + LIVE_SECONDS * 1_000
  let known = 0
  let asking
  // as the page does: it notes each event, and asks again once it has the answers
  for await (const { requests, labelled, rejected } of dashboard.progress()) {
    if (performance.now() > end) break
    const had = written.findLast(({ count }) => count <= requests + labelled - base)
    const oldest = written.find(({ count }) => count > known)
    if (!had || !oldest || had.count <= known) continue
    lags.push(performance.now() - oldest.at)
    known = had.count
    asking ??= ask({ held: { requests, labelled, rejected } }, oldest.at)
  }
  await asking
  clearInterval(timer)
  const { blockedMs } = await dashboard.probe()
  async function ask(scope, since) {
    await Promise.all(['summary', 'series', 'views'].map((name) => dashboard.ask(name, scope)))
    shown.push(performance.now() - since)
    asking = undefined
  }
  return [
    row('until the page knows of a record: median', median(lags), 'ms'),
    row('longest', Math.max(...lags), 'ms'),
    row('until it has the new answers: median', median(shown), 'ms'),
    row('longest', Math.max(...shown), 'ms'),
    row('event loop blocked, longest', blockedMs, 'ms'),
    row('highest memory of the process', dashboard.highestMB(), 'MB'),
  ]
}

/** A day in fast motion: the log is rotated each hour. Only its records may grow. */
async function rotations() {
  await sleep(1_000)
  const before = await figures()
  for (let hour = 0; hour < ROTATIONS; hour++) {
    renameSync(file, `${file}.${hour + 1}`)
    writeFileSync(file, [...lines({ records: 500, seed: 100 + hour, start: Date.now() })].join(''))
    await sleep(300)
  }
  await sleep(2_000)
  const after = await figures()
  return Object.keys(before).map((name) => [name, before[name].toFixed(0), after[name].toFixed(0)])
}

async function figures() {
  const { heapMB } = await dashboard.probe()
  return {
    'heap after a collection, MB': heapMB,
    'open files': dashboard.openFiles(),
    requests: (await dashboard.ask('summary')).answer.requests,
  }
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
