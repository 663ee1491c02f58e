import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fileHandler } from '@actionlog/handler-file'
import { endUnderLoad } from '../../test/ending-app.js'
import { hasCommand } from './has-command.js'

// The unit of deploy/systemd: its syntax is checked by systemd itself, its settings and its signal are tried on an app.

const unit = readFileSync(fileURLToPath(new URL('../systemd/my-app.service', import.meta.url)), 'utf8')
const value = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1] ?? ''
const setting = JSON.parse(/^Environment='ACTION_LOG_SETTING=(.*)'$/m.exec(unit)?.[1] ?? '')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actionlog-systemd-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe.runIf(hasCommand('systemd-analyze'))('systemd', () => {
  test('understands every line of the unit', () => {
    const file = join(folder, 'my-app.service')
    writeFileSync(file, unit.replace('/usr/bin/node', process.execPath))
    const { stdout, stderr, status } = spawnSync('systemd-analyze', ['verify', '--man=no', file], {
      encoding: 'utf8',
    })
    expect(stdout + stderr).toBe('')
    expect(status).toBe(0)
  })
})

test('the log lies in the folder that systemd makes for the unit', () => {
  expect(setting.logfile).toBe(`/var/log/${value('LogsDirectory')}/action.log`)
})

test('the unit waits longer for the end than the handler needs', () => {
  expect(Number(value('TimeoutStopSec')) * 1_000).toBeGreaterThan(
    fileHandler({ logfile: join(folder, 'action.log') }).closeTimeoutMs as number,
  )
})

test.each(['nothing', 'a listener that closes the server', 'a cluster'])(
  "the unit's signal ends an app with these settings, and no answered request is missing from its log: %s",
  async (does) => {
    const logfile = join(folder, 'action.log')
    const signal = value('KillSignal') as NodeJS.Signals
    const { answered } = await endUnderLoad({ signal, does, log: { ...setting, logfile } })
    const lines = readFileSync(logfile, 'utf8').split('\n').slice(0, -1)
    const recorded = new Set(lines.map((line) => Number(/id=(\d+)/.exec(JSON.parse(line).url)?.[1])))
    expect(answered.size).toBeGreaterThanOrEqual(300)
    expect([...answered].filter((id) => !recorded.has(id))).toEqual([])
  },
)

if (!hasCommand('systemd-analyze'))
  console.warn('left out, as there is no systemd-analyze: the check of the unit')
