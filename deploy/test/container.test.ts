import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hasCommand } from './has-command.js'
import { asProcess1, canBeProcess1, childOf } from './process-1.js'

// What the image of deploy/container starts, as process 1 of a PID namespace.

const root = fileURLToPath(new URL('../..', import.meta.url))
const dockerfile = readFileSync(join(root, 'deploy/container/Dockerfile'), 'utf8')
const json = (keyword: string): string[] =>
  JSON.parse(new RegExp(`^${keyword} (.*)$`, 'm').exec(dockerfile)?.[1] ?? '')
const variables = Object.fromEntries(
  [...dockerfile.matchAll(/^ENV (\w+)=(?:'(.*)'|(.*))$/gm)].map(([, name, quoted, bare]) => [
    name,
    quoted ?? bare,
  ]),
)
const init = json('ENTRYPOINT')
const command = json('CMD')

let folder: string
const started: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actionlog-container-'))
})
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

interface Running {
  readonly child: ChildProcess
  /** Its process 1, as others see it. */
  readonly pid: number
  readonly port: number
  readonly output: { stdout: string; stderr: string }
}

/** Starts the program as process 1, and waits for `port` or a URL on stderr. */
async function start(program: readonly string[], env: Record<string, string>): Promise<Running> {
  const child = spawn('unshare', [...asProcess1.slice(1), ...program], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text
    })
  const port = await vi.waitFor(
    () => {
      const found = /^port (\d+)$|localhost:(\d+)[\s\S]*Ctrl-C/m.exec(output.stderr)
      if (!found) throw new Error(`it did not start:\n${output.stderr}`)
      return Number(found[1] ?? found[2])
    },
    { timeout: 60_000 },
  )
  return { child, pid: childOf(child.pid as number), port, output }
}

const blog = (program: readonly string[]): Promise<Running> =>
  start([...program, process.execPath, ...command.slice(1)], {
    ...variables,
    PORT: '0',
    DATABASE_URL: `file:${join(folder, 'blog.db')}`,
  })

const app = (program: readonly string[], logfile: string): Promise<Running> =>
  start([...program, process.execPath, 'test/fixtures/ending-app.mjs'], {
    LOG: JSON.stringify({ handlerType: 'file', logfile, flushIntervalMs: 60_000 }),
  })

const ids = (lines: string): string[] =>
  [...lines.matchAll(/"url":"\/\?id=(\d+)"/g)].map(([, id]) => id as string)

test('the image starts what the build makes, and its settings are right', () => {
  expect(command[0]).toBe('node')
  expect(existsSync(join(root, command[1] as string))).toBe(true)
  expect(JSON.parse(variables.ACTION_LOG_SETTING as string)).toEqual({
    handlerType: 'stdout',
    format: 'json',
  })
})

describe.runIf(canBeProcess1())('process 1', () => {
  test('the blog, which listens to SIGTERM, ends by it with all its records on stdout', async () => {
    const { child, pid, port, output } = await blog([])
    const closed = once(child, 'close')
    expect((await fetch(`http://127.0.0.1:${port}/?id=1`)).status).toBe(200)
    process.kill(pid, 'SIGTERM')
    expect(await closed).toEqual([0, null])
    expect(ids(output.stdout)).toEqual(['1'])
    for (const line of output.stdout.trimEnd().split('\n'))
      expect(JSON.parse(line)).toHaveProperty('label_name')
  })

  test('an app that does not listen to SIGTERM writes what waits, and goes on', async () => {
    const logfile = join(folder, 'action.log')
    const { child, pid, port } = await app([], logfile)
    await fetch(`http://127.0.0.1:${port}/?id=1`)
    process.kill(pid, 'SIGTERM')
    await vi.waitFor(() => expect(ids(readFileSync(logfile, 'utf8'))).toEqual(['1']), { timeout: 60_000 })
    expect((await fetch(`http://127.0.0.1:${port}/?id=2`)).status).toBe(200)
    expect(child.exitCode).toBeNull()
  })

  test.runIf(hasCommand(init[0] as string))(
    "an app that does not listen to SIGTERM ends by it under the image's init process, with all its records",
    async () => {
      const logfile = join(folder, 'action.log')
      const { child, pid, port } = await app(init, logfile)
      const closed = once(child, 'close')
      await fetch(`http://127.0.0.1:${port}/?id=1`)
      process.kill(pid, 'SIGTERM')
      expect(await closed).toEqual([128 + 15, null])
      expect(ids(readFileSync(logfile, 'utf8'))).toEqual(['1'])
    },
  )
})

if (!canBeProcess1())
  console.warn('left out, as this user may not make a PID namespace: what an app does as process 1')
else if (!hasCommand(init[0] as string)) console.warn('left out, as there is no tini: its test')
