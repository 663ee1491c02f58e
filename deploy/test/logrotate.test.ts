import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { fileHandler } from '@actionlog/handler-file'
import { hasCommand } from './has-command.js'

// logrotate runs with the rules of deploy/logrotate, while a file handler goes on writing.

const run = promisify(execFile)
const rules = readFileSync(fileURLToPath(new URL('../logrotate/my-app', import.meta.url)), 'utf8')

let folder: string
let logfile: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actionlog-logrotate-'))
  logfile = join(folder, 'action.log')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Runs logrotate on the rules, for this file and the user of this process. */
async function logrotate(...options: string[]): Promise<string> {
  const config = join(folder, 'logrotate.conf')
  const { username } = userInfo()
  const { stdout: group } = await run('id', ['-gn'])
  const own = rules
    .replace('/var/log/my-app/action.log', `"${logfile}"`)
    .replace('su my-app my-app', process.getuid?.() === 0 ? `su ${username} ${group.trim()}` : '')
  writeFileSync(config, own, { mode: 0o644 })
  const PATH = `${process.env.PATH}:/usr/sbin:/sbin`
  const env = { ...process.env, PATH }
  const { stdout, stderr } = await run('logrotate', [...options, '--state', join(folder, 'state'), config], {
    env,
  })
  return stdout + stderr
}

function ids(file: string): number[] {
  const bytes = readFileSync(join(folder, file))
  const text = file.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString()
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).id)
}

describe.runIf(hasCommand('logrotate'))('logrotate', () => {
  test('understands the rules', async () => {
    const says = await logrotate('--debug')
    expect(says).toContain('Handling 1 logs')
    expect(says).not.toMatch(/^error|unknown/im)
  })

  test('rotates three times under a running app, and every record is in one of the files, once', async () => {
    const handler = fileHandler({ logfile, flushIntervalMs: 1 })
    let emitted = 0
    let isDone = false
    const writing = (async () => {
      for (; !isDone; await nextTurn()) handler.emit({ time: '2026-11-22T20:00:08.728Z', id: emitted++ })
    })()
    for (let rotation = 1; rotation <= 3; rotation++) {
      const before = emitted
      await vi.waitFor(() => expect(emitted).toBeGreaterThan(before + 100), 60_000)
      await handler.flush()
      await logrotate('--force')
      await vi.waitFor(() => expect(readdirSync(folder)).toContain('action.log'), 60_000) // made by the handler
    }
    isDone = true
    await writing
    await handler.close()
    const files = readdirSync(folder).filter((file) => file.startsWith('action.log'))
    expect(files.sort()).toEqual(['action.log', 'action.log.1', 'action.log.2.gz', 'action.log.3.gz'])
    const found = files.flatMap(ids).sort((a, b) => a - b)
    expect(found).toEqual(Array.from({ length: emitted }, (_, id) => id))
    expect(handler.stats()).toEqual({ emitted, delivered: emitted, dropped: 0, pending: 0 })
  })
})

if (!hasCommand('logrotate')) console.warn('left out, as there is no logrotate: its tests')
