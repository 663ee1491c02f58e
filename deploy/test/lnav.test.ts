import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createActionLog } from '@actionlog/core'
import { fileHandler } from '@actionlog/handler-file'
import { full } from '../../packages/core/test/shapes/records.js'
import { hasCommand } from './has-command.js'

// lnav reads a log of the file handler with the format file of deploy/lnav.

const format = fileURLToPath(new URL('../lnav/actionlog.json', import.meta.url))
const longest = {
  url: `/${'u'.repeat(8_000)}`,
  ex_message: 'm'.repeat(8_192),
  ex_stack: `Error: x${'\n    at /app/a.js:1:2'.repeat(780)}`,
}

let home: string
let logfile: string
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'actionlog-lnav-'))
  logfile = join(home, 'my_action.log')
  mkdirSync(join(home, '.config/lnav/formats/actionlog'), { recursive: true })
  cpSync(format, join(home, '.config/lnav/formats/actionlog/actionlog.json'))
  const handler = fileHandler({ logfile })
  const { aborted, ex_type, ex_message, ex_stack, ...ordinary } = full
  handler.emit({ ...ordinary, status_code: 200 })
  const log = createActionLog({ handler })
  log.log({
    label_name: 'hoge_save',
    time: '2026-11-22T20:00:09.000Z',
    request_id: full.request_id,
    foo: 'bar',
  })
  handler.emit({ ...full, time: '2026-11-22T20:00:10.000Z', request_id: 'r-2', ...longest })
  handler.emit({
    ...ordinary,
    time: '2026-11-22T20:00:11.000Z',
    request_id: 'r-3',
    status_code: 499,
    aborted: true,
  })
  handler.emit({
    ...ordinary,
    time: '2026-11-22T20:00:12.000Z',
    request_id: 'r-4',
    status_code: 404,
    extra: {},
  })
  await log.close()
})
afterAll(() => rmSync(home, { recursive: true }))

function lnav(...args: string[]): string {
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: undefined, TERM: 'dumb' }
  return execFileSync('lnav', ['-n', ...args, logfile], { env, encoding: 'utf8' })
}

function select(sql: string): Record<string, unknown>[] {
  return JSON.parse(lnav('-c', `;SELECT ${sql}`, '-c', ':write-json-to -'))
}

test('the format has a column for each field of a footprint', () => {
  const { value } = JSON.parse(readFileSync(format, 'utf8')).actionlog
  expect(['time', ...Object.keys(value)].sort()).toEqual(Object.keys(full).sort())
})

describe.runIf(hasCommand('lnav'))('lnav', () => {
  test('takes the format without a complaint', () => {
    expect(lnav('-C')).toBe('')
  })

  test('gives each record its time, its level and its request as operation id', () => {
    expect(select('log_time, log_level, log_opid, label_name FROM actionlog')).toEqual([
      {
        log_time: '2026-11-22 20:00:08.728',
        log_level: 'info',
        log_opid: full.request_id,
        label_name: 'footprint',
      },
      {
        log_time: '2026-11-22 20:00:09.000',
        log_level: 'info',
        log_opid: full.request_id,
        label_name: 'hoge_save',
      },
      { log_time: '2026-11-22 20:00:10.000', log_level: 'error', log_opid: 'r-2', label_name: 'footprint' },
      { log_time: '2026-11-22 20:00:11.000', log_level: 'warning', log_opid: 'r-3', label_name: 'footprint' },
      { log_time: '2026-11-22 20:00:12.000', log_level: 'warning', log_opid: 'r-4', label_name: 'footprint' },
    ])
  })

  test('gives every field of a footprint, the longest ones whole', () => {
    const names = Object.keys(full).filter((name) => name !== 'time')
    const [row] = select(`${names.join(', ')} FROM actionlog WHERE request_id = 'r-2'`)
    const { time, ...fields } = full
    expect(row).toEqual({ ...fields, request_id: 'r-2', ...longest, aborted: 1 })
  })

  test('adds up times by view', () => {
    const sql = 'view_name, count(*) AS n, sum(total_time) AS waiting FROM actionlog'
    expect(select(`${sql} WHERE label_name = 'footprint' GROUP BY view_name`)).toEqual([
      { view_name: full.view_name, n: 4, waiting: expect.closeTo(4 * full.total_time) },
    ])
  })

  test('finds the own fields of a labelled record in its line', () => {
    const sql = "jget(log_raw_text, '/foo') AS foo FROM actionlog WHERE label_name = 'hoge_save'"
    expect(select(sql)).toEqual([{ foo: 'bar' }])
  })

  test('shows each record as one line, and its other fields below', () => {
    const lines = lnav()
    expect(lines).toMatch(
      /^2026-11-22 20:00:08\.728 footprint 200 +4\.786000 GET \/posts\/7\?page=2&token=\*\*\* /m,
    )
    expect(lines).toMatch(/^2026-11-22 20:00:09\.000 hoge_save /m)
    expect(lines).toMatch(/^ +foo: bar$/m)
  })
})

if (!hasCommand('lnav')) console.warn('left out, as there is no lnav: its tests')
