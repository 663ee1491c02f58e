import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { Handler } from '@actionlog/core'

const SCENARIO = fileURLToPath(new URL('fixtures/scenario.js', import.meta.url))

/** A new folder for every test, and a log file that is not there yet. */
export let folder: string
export let logfile: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'actionlog-')))
  logfile = join(folder, 'action.log')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

export function emit(handler: Handler, from: number, to: number): void {
  for (let id = from; id < to; id++) handler.emit({ time: 0, label_name: 'line', id })
}

/** The records of all lines, in order; fails if a line is not whole. */
export function records(file = logfile): { id: number; label_name: string; dropped?: number }[] {
  const content = file.endsWith('.gz')
    ? gunzipSync(readFileSync(file)).toString()
    : readFileSync(file, 'utf8')
  assert.ok(content === '' || content.endsWith('\n'), 'the last line is whole')
  return content
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
}

/** The ids of all lines except those that note drops. */
export function ids(file = logfile): number[] {
  return records(file)
    .filter(({ label_name }) => label_name !== 'actionlog_dropped')
    .map(({ id }) => id)
}

/** Sum of the drops that the file notes. */
export function notedDrops(file = logfile): number {
  return records(file).reduce((sum, { dropped = 0 }) => sum + dropped, 0)
}

/** Names in the folder, sorted. */
export function names(): string[] {
  return readdirSync(folder).sort()
}

/** The log files in the folder, oldest first by their names. */
export function logfiles(): string[] {
  return names()
    .filter((name) => /^action.*\.log(\.gz)?$/.test(name))
    .map((name) => join(folder, name))
}

export function range(end: number): number[] {
  return Array.from({ length: end }, (_, id) => id)
}

export function sorted(numbers: number[]): number[] {
  return numbers.toSorted((a, b) => a - b)
}

/** All that the handler reports from now on: codes, messages, and the sum of the records it says it dropped. */
export function listen(handler: Handler): { codes: string[]; messages: string[]; dropped: number } {
  const reports = { codes: [] as string[], messages: [] as string[], dropped: 0 }
  handler.onError = ({ code, message }) => {
    reports.codes.push(code)
    reports.messages.push(message)
    reports.dropped += Number(/(\d+) records? not written/.exec(message)?.[1] ?? 0)
  }
  return reports
}

interface Run {
  file?: string
  options?: object
  /** Runs the scenario as `"$@"`. */
  shell?: string
  onReady?: (pid: number) => unknown
}

/** Runs a scenario in a process of its own, to its end. */
export async function run(
  scenario: string,
  { file = logfile, options = {}, shell = 'exec "$@"', onReady }: Run = {},
): Promise<{ code: number | null; out: string[]; err: string }> {
  const args = [SCENARIO, scenario, file, JSON.stringify(options)]
  const child = spawn('sh', ['-c', shell, 'sh', process.execPath, ...args])
  let out = ''
  let err = ''
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  child.stdout.on('data', (chunk) => {
    const wasReady = out.includes('ready\n')
    out += chunk
    if (!wasReady && out.includes('ready\n')) onReady?.(child.pid as number)
  })
  const [code] = await once(child, 'close')
  return { code, out: out.split('\n').slice(0, -1), err }
}

/** Waits until it is so, at most a minute. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 6_000; tries++) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  assert.fail(`it did not come within a minute: ${isSo}`)
}

export const onLinux: boolean = process.platform === 'linux'
export const isRoot: boolean = process.getuid?.() === 0

/** Runs a command; fails if it does. */
export async function sh(command: string, ...args: string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (out += chunk))
  const [code] = await once(child, 'close')
  assert.equal(code, 0, `${command} ${args.join(' ')}: ${out}`)
  return out
}

export function hasCommand(name: string): boolean {
  return ['/usr/sbin', '/sbin', '/usr/bin', '/bin'].some((path) => existsSync(join(path, name)))
}
