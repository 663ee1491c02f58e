import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sampleLog } from './sample-log.ts'

const BIN = fileURLToPath(new URL('../../bin/actionlog.js', import.meta.url))

const folder = mkdtempSync(join(tmpdir(), 'actionlog-dashboard-'))
const file = join(folder, 'my_action.log')
const started: ChildProcess[] = []
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

function start(...args: string[]): { child: ChildProcess; output: () => string; exit: Promise<unknown[]> } {
  const child = spawn(process.execPath, [BIN, 'dashboard', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  started.push(child)
  let output = ''
  child.stdout?.on('data', (chunk) => (output += chunk))
  child.stderr?.on('data', (chunk) => (output += chunk))
  return { child, output: () => output, exit: once(child, 'close') }
}

/** Waits for the address, and gives a function that says how many requests the dashboard knows. */
async function open(output: () => string): Promise<() => Promise<number>> {
  await expect.poll(output).toMatch(/#key=[\w-]+\n/)
  const [, address = '', key] = /(http:\/\/127\.0\.0\.1:\d+\/)#key=([\w-]+)/.exec(output()) ?? []
  const response = await fetch(`${address}session`, { method: 'POST', body: JSON.stringify({ key }) })
  const cookie = String(response.headers.get('set-cookie')).split(';')[0] as string
  return async () => {
    const answer = await fetch(`${address}api/summary`, { headers: { cookie } })
    return ((await answer.json()) as { requests: number }).requests
  }
}

const lines = (count: number, from = 0): string =>
  sampleLog(from + count)
    .filter(({ label_name }) => label_name === 'footprint')
    .slice(from)
    .map((record) => `${JSON.stringify(record)}\n`)
    .join('')

test('follows a file that grows, is rotated, truncated, deleted and made again', async () => {
  writeFileSync(file, lines(20))
  const { output } = start(file)
  const requests = await open(output)
  await expect.poll(requests).toBe(20)
  appendFileSync(file, lines(5, 20))
  await expect.poll(requests).toBe(25)
  renameSync(file, `${file}.1`)
  writeFileSync(file, lines(5, 25))
  await expect.poll(requests).toBe(30)
  truncateSync(file)
  appendFileSync(file, lines(3, 30))
  await expect.poll(requests).toBe(33)
  rmSync(file)
  writeFileSync(file, lines(4, 33))
  await expect.poll(requests).toBe(37)
})

test('prints a new address when a browser has used the key', async () => {
  writeFileSync(file, lines(2))
  const { output } = start(file)
  await open(output)
  await expect.poll(output).toMatch(/A browser opened it\. For another one: http:\/\/127\.0\.0\.1:\d+\/#key=/)
  const again = output().replace(/^The dashboard.*\n/, '')
  await expect((await open(() => again))()).resolves.toBe(2)
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it at once, with 0', async (signal) => {
  writeFileSync(file, lines(2))
  const { child, output, exit } = start(file)
  await open(output)
  child.kill(signal)
  expect(await exit).toEqual([0, null])
})

test.each([
  [[], 'actionlog dashboard needs a log file'],
  [['/nowhere/my.log'], 'cannot read /nowhere/my.log: there is no such file'],
  [['--port', '65536', 'x.log'], '--port must be an integer from 0 to 65535; got "65536"'],
  [['--port', 'x', 'x.log'], '--port must be an integer from 0 to 65535; got "x"'],
  [['--host', '0.0.0.0', 'x.log'], 'if you want that, add --allow-remote'],
  [['--hots', '127.0.0.1', 'x.log'], 'Did you mean --host?'],
])('%j ends with 2 and says why', async (args, message) => {
  const { output, exit } = start(...args)
  expect(await exit).toEqual([2, null])
  expect(output().toLowerCase()).toContain(message.toLowerCase())
})

test('a port that is taken ends it with 2', async () => {
  writeFileSync(file, lines(2))
  const first = start(file)
  await open(first.output)
  const port = /127\.0\.0\.1:(\d+)/.exec(first.output())?.[1] as string
  const { output, exit } = start('--port', port, file)
  expect(await exit).toEqual([2, null])
  expect(output()).toContain(`cannot listen on port ${port}: another program listens there`)
})
