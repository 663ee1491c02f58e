import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stdoutHandler } from '../src/handler/stdout.js'
import { handlerContract } from '../src/testing/index.js'
import { type Ended, run, runNode } from './run-node.js'

/** A program that writes JSON records n = 0, 1, … of about 250 characters to stdout. */
const program = (
  records: number,
  then: string,
  settings = `handlerType: 'stdout', format: 'json'`,
): string => `
  import { createActionLog } from '@actionlog/core'
  const log = createActionLog({ ${settings} })
  for (let n = 0; n < ${records}; n++) log.log({ n, filling: 'x'.repeat(200) })
  ${then}`

/** The program's stdout goes to what stands after it in a shell: `| …` or `> …`. */
const piped = (source: string, to: string, env = {}): Promise<Ended> =>
  run('sh', ['-c', `"$NODE" --input-type=module --eval "$SOURCE" ${to}`], {
    env: { NODE: process.execPath, SOURCE: source, ...env },
  })

/** Which records arrived, in order; fails if one is not whole. */
function numbers(stdout: string): number[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).n)
}
const upTo = (records: number): number[] => Array.from({ length: records }, (_, n) => n)
const stats = `console.error(JSON.stringify(log.stats()))`

const JSON_FOR_A_MINUTE = `handlerType: 'stdout', format: 'json', closeTimeoutMs: 60_000`
const JSON_FOR_A_MOMENT = `handlerType: 'stdout', format: 'json', closeTimeoutMs: 200`

// so much that no pipe holds it
const MANY = 5000
const SLOW_READER = '| (sleep 0.3; cat)'

describe('stdoutHandler', () => {
  it('writes the text format without colour where no terminal is, in order with console.log', async () => {
    const { stdout } = await runNode(`
      import { createActionLog } from '@actionlog/core'
      const log = createActionLog({})
      console.log('first')
      log.log({ label_name: 'second' })
      console.log('third')
      log.log({ label_name: 'fourth' })`)
    expect(stdout).toMatch(
      /^first\n-+ Action Log -+\ntime {7}: \d{4}\/\d\d\/\d\d .*\nlabel_name : second\n\nthird\n-+ Action Log -+\n.*\nlabel_name : fourth\n\n$/,
    )
  })

  it('writes at once: what was logged is out before the next line of the program runs', async () => {
    const { stdout } = await runNode(`${program(3, 'process.kill(process.pid, "SIGKILL")')}`)
    expect(numbers(stdout)).toEqual([0, 1, 2])
  })

  it.each([
    ['the end of the program', ''],
    ['process.exit()', 'process.exit(7)'],
    ['an uncaught exception', 'throw new Error("uncaught")'],
    ['close()', 'await log.close()'],
    ['flush()', 'await log.flush(); process.reallyExit(0)'],
  ])('loses nothing to a slow reader, by %s', async (_, then) => {
    const ended = await piped(program(MANY, then), SLOW_READER)
    expect(numbers(ended.stdout)).toEqual(upTo(MANY))
    if (!then.includes('throw')) expect(ended.stderr).toBe('')
  })

  it('keeps exit code and message of the program', async () => {
    expect((await runNode(program(MANY, 'process.exit(7)'))).code).toBe(7)
    const thrown = await runNode(program(MANY, 'throw new Error("uncaught")'))
    expect(thrown).toMatchObject({ code: 1, stderr: expect.stringContaining('Error: uncaught') })
    expect(numbers(thrown.stdout)).toEqual(upTo(MANY))
  })

  it('writes records that are logged while the process exits', async () => {
    const source = program(MANY, `process.on('exit', () => log.log({ n: ${MANY} })); process.exit()`)
    expect(numbers((await piped(source, SLOW_READER)).stdout)).toEqual(upTo(MANY + 1))
  })

  it('flush() waits for what came before it, also while more comes; stats() add up', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'actionlog-stdout-'))
    const source = program(
      MANY,
      `
      import { writeFileSync } from 'node:fs'
      let n = ${MANY}
      const more = setInterval(() => log.log({ n: n++ }), 1)
      const at = log.stats()
      console.error(at.pending > 0, at.emitted === at.delivered + at.dropped + at.pending)
      writeFileSync(process.env.SEEN, '')
      await log.flush()
      console.error(log.stats().delivered >= ${MANY})
      clearInterval(more)
      await log.close()
      const end = log.stats()
      console.error(end.emitted === n, end.delivered === n, end.pending)`,
    )
    const reader = '| (until [ -e "$SEEN" ]; do sleep 0.02; done; cat)'
    const { stderr } = await piped(source, reader, { SEEN: join(folder, 'seen') })
    expect(stderr).toBe('true true\ntrue\ntrue true 0\n')
    rmSync(folder, { recursive: true })
  })

  it('close() gives a reader that goes on reading, however slowly, all the time it needs', async () => {
    // 64 KiB a pipe; one more each half second
    const source = program(2500, `await log.close(); ${stats}`, JSON_FOR_A_MINUTE)
    const reader = `for (let i = 0; i < 8; i++) { require('fs').readSync(0, Buffer.alloc(65536)); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500) } process.stdin.resume()`
    const { stderr } = await piped(source, `| "$NODE" -e "$READER"`, { READER: reader })
    expect(stderr).toBe('{"emitted":2500,"delivered":2500,"dropped":0,"pending":0}\n')
  })

  it.each([
    ['close()', `await log.close(); ${stats}`],
    ['process.exit()', `process.on('exit', () => ${stats}); process.exit()`],
  ])('%s ends though the reader takes nothing, and says what is lost', async (_, then) => {
    const child = spawn(
      process.execPath,
      ['--input-type=module', '--eval', program(MANY, then, JSON_FOR_A_MOMENT)],
      {
        cwd: new URL('..', import.meta.url).pathname,
        stdio: ['ignore', 'pipe', 'pipe'], // nobody reads the first
      },
    )
    let stderr = ''
    child.stderr.on('data', (text) => {
      stderr += text
    })
    await once(child.stderr, 'close')
    child.stdout.destroy()
    const lost =
      /^@actionlog\/core: (\d+) records not written to stdout: its reader took longer than 200 ms\n(\{.*\})\n$/.exec(
        stderr,
      )
    const account = JSON.parse(lost?.[2] ?? '{}')
    expect(account).toMatchObject({ emitted: MANY, dropped: Number(lost?.[1]), pending: 0 })
    expect(account.delivered + account.dropped).toBe(MANY)
    expect(account.dropped).toBeGreaterThan(0)
  })

  it('survives a reader that goes away: drops, counts and reports, and the program goes on', async () => {
    const source = program(
      1,
      `
      while (log.stats().dropped === 0) {
        await new Promise((resolve) => setTimeout(resolve, 10))
        log.log({})
      }
      for (let n = 0; n < 8; n++) log.log({})
      await log.close()
      ${stats}`,
    )
    const { stderr, stdout } = await piped(source, '| head -c 1')
    expect(stdout).toBe('{')
    const [failure, drops, account, end] = stderr.split('\n') as [string, string, string, string]
    expect(failure).toBe('@actionlog/core: cannot write to stdout: EPIPE: broken pipe, write')
    expect(drops).toBe('@actionlog/core: 9 records not written to stdout: EPIPE: broken pipe, write')
    expect(JSON.parse(account)).toMatchObject({ dropped: 9, pending: 0 })
    expect(end).toBe('')
  })

  it('lets an onError that logs say that its reader went away', async () => {
    const { stderr } = await piped(
      `
      import { createActionLog } from '@actionlog/core'
      const onError = (error) => {
        console.error(error.message)
        if (error.code === 'handler_failed') log.log({ label_name: 'failed' })
      }
      const log = createActionLog({ format: 'json', onError })
      while (log.stats().dropped === 0) {
        await new Promise((resolve) => setTimeout(resolve, 10))
        log.log({})
      }
      await log.close()`,
      '| head -c 1',
    )
    expect(stderr.split('\n').slice(0, -1)).toEqual([
      '@actionlog/core: cannot write to stdout: EPIPE: broken pipe, write',
      '@actionlog/core: 2 records not written to stdout: EPIPE: broken pipe, write',
    ])
  })

  it.runIf(process.platform === 'linux')('on a full disk drops, counts and reports', async () => {
    const { stderr, code } = await piped(program(3, `await log.close(); ${stats}`), '> /dev/full')
    expect(stderr).toBe(
      '@actionlog/core: cannot write to stdout: ENOSPC: no space left on device, write\n' +
        '@actionlog/core: 3 records not written to stdout: ENOSPC: no space left on device, write\n' +
        '{"emitted":3,"delivered":0,"dropped":3,"pending":0}\n',
    )
    expect(code).toBe(0)
  })

  it('reports ten thousand drops once a second, without a record lost from the count', async () => {
    const source = `
      import { createActionLog } from '@actionlog/core'
      const errors = []
      let isClosing = false
      let late = 0
      const onError = (error) => {
        errors.push(error)
        if (isClosing) late++
        log.log({ label_name: 'failed', error })
      }
      const log = createActionLog({ onError })
      const start = performance.now()
      for (let n = 0; n < 10_000; n++) log.log({ n })
      isClosing = true
      await log.close()
      const reported = errors.reduce((sum, { message }) => sum + Number(/(\\d+) records? not/.exec(message)?.[1] ?? 0), 0)
      const seconds = Math.ceil((performance.now() - start) / 1000)
      console.error(JSON.stringify({ ...log.stats(), reported: reported + late, calls: errors.length, seconds }))`
    const { stderr } = await piped(source, '> /dev/full')
    const { emitted, dropped, reported, calls, seconds } = JSON.parse(stderr.split('\n')[0] as string)
    expect(dropped).toBe(emitted)
    expect(reported).toBe(emitted)
    expect(calls).toBeLessThanOrEqual(12 * (seconds + 1)) // an error of the action log itself up to ten times a second
  })

  it.runIf(process.platform === 'linux')(
    'ends a half line before it goes on, and counts what was whole',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'actionlog-stdout-'))
      const source = `
      import { truncateSync } from 'node:fs'
      import { createActionLog } from '@actionlog/core'
      const log = createActionLog({ format: 'json', onError: () => {} })
      log.log({ n: 0 })
      log.log({ n: 1, filling: 'x'.repeat(100_000) })
      truncateSync(process.env.LOG, 1_000)
      log.log({ n: 2 })
      ${stats}`
      const path = join(folder, 'log')
      const ended = await run(
        'sh',
        ['-c', 'ulimit -S -f 8; exec "$NODE" --input-type=module --eval "$SOURCE" >> $LOG'],
        {
          env: { NODE: process.execPath, SOURCE: source, LOG: path },
        },
      )
      expect(ended.stderr).toBe('{"emitted":3,"delivered":2,"dropped":1,"pending":0}\n')
      const [first, half, last, end] = readFileSync(path, 'utf8').split('\n')
      expect([JSON.parse(first ?? '').n, half?.slice(-9), JSON.parse(last ?? '').n, end]).toEqual([
        0,
        'xxxxxxxxx',
        2,
        '',
      ])
      rmSync(folder, { recursive: true })
    },
  )

  it('keeps the lines of several processes on one slow pipe whole', async () => {
    const source = `
      import { createActionLog } from '@actionlog/core'
      const log = createActionLog({ format: 'json' })
      for (let n = 0; n < 2000; n++) log.log({ n, filling: 'x'.repeat(100 + (n % 7) * 100) })`
    const one = '"$NODE" --input-type=module --eval "$SOURCE"'
    const { stdout } = await run('sh', ['-c', `(${one} & ${one} & ${one} & ${one} & wait) ${SLOW_READER}`], {
      env: { NODE: process.execPath, SOURCE: source },
    })
    expect(numbers(stdout).sort((a, b) => a - b)).toEqual(upTo(2000).flatMap((n) => Array(4).fill(n)))
  })

  it('writes to a file it is redirected to', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'actionlog-stdout-'))
    const path = join(folder, 'log')
    const child = spawn(
      process.execPath,
      ['--input-type=module', '--eval', program(MANY, 'process.exit()')],
      {
        cwd: new URL('..', import.meta.url).pathname,
        stdio: ['ignore', openSync(path, 'a'), 'inherit'],
      },
    )
    await new Promise((resolve) => child.on('exit', resolve))
    expect(numbers(readFileSync(path, 'utf8'))).toEqual(upTo(MANY))
    rmSync(folder, { recursive: true })
  })

  it('works where stdout is closed, and in a worker', async () => {
    expect(await piped(program(3, stats), '>&-')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('"delivered":3'),
    })
    const worker = `
      import { Worker } from 'node:worker_threads'
      new Worker(new URL('data:text/javascript,' + encodeURIComponent(process.env.WORKER)))`
    const source = program(3, 'await log.close()').replace(
      "'@actionlog/core'",
      JSON.stringify(new URL('../dist/index.js', import.meta.url).href),
    )
    expect(numbers((await runNode(worker, { env: { WORKER: source } })).stdout)).toEqual([0, 1, 2])
  })

  it('does not keep a process alive, nor a listener after close()', async () => {
    const { stdout, code } = await runNode(`
      import { createActionLog } from '@actionlog/core'
      const before = process.listenerCount('exit')
      const log = createActionLog({})
      await log.close()
      createActionLog({})
      console.log(process.listenerCount('exit') - before)`)
    expect({ stdout, code }).toEqual({ stdout: '1\n', code: 0 })
  })

  it('refuses options that are none of its', () => {
    expect(() => stdoutHandler({ format: 'xml' as 'text' })).toThrow(
      '@actionlog/core: options.format must be "text" or "json", got "xml"',
    )
  })

  const inTerminal = async (env: Record<string, string>, settings = ''): Promise<string> => {
    const source = program(1, '', settings).replaceAll('\n', ';')
    const { stdout } = await run(
      'script',
      ['-qec', '"$NODE" --input-type=module --eval "$SOURCE"', '/dev/null'],
      {
        env: { NODE: process.execPath, SOURCE: source, TERM: 'xterm-256color', ...env },
      },
    )
    return stdout.replaceAll('\r\n', '\n')
  }

  it.runIf(process.platform === 'linux')(
    'is coloured on a terminal, unless NO_COLOR or the terminal says no',
    async () => {
      const title = '\u001b[1;36m------------------ Action Log ------------------\u001b[0m'
      expect((await inTerminal({})).startsWith(`${title}\n\u001b[2mtime   \u001b[0m : `)).toBe(true)
      for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
        expect(await inTerminal(env)).toMatch(/^-+ Action Log -+\ntime {4}: /)
      }
      expect(await inTerminal({}, "format: 'json'")).toMatch(/^\{"time":/)
    },
  )
})

describe('where process.stdout.write is replaced', () => {
  beforeEach(() => void vi.spyOn(process.stdout, 'write').mockReturnValue(true))
  afterEach(() => void vi.restoreAllMocks())

  it('goes through it, for those who want to see all output', () => {
    const handler = stdoutHandler({ format: 'json' })
    handler.emit({ time: 't' })
    expect(process.stdout.write).toHaveBeenCalledWith(Buffer.from('{"time":"t"}\n'))
  })

  it('writes without colour to a pipe that the app calls a terminal', () => {
    const isTTY = Object.getOwnPropertyDescriptor(process.stdout, 'isTTY')
    Object.defineProperty(process.stdout, 'isTTY', { configurable: true, value: true })
    const hasColors = Object.getOwnPropertyDescriptor(process.stdout, 'hasColors')
    Object.defineProperty(process.stdout, 'hasColors', { configurable: true, value: undefined })
    try {
      stdoutHandler().emit({ time: 't' })
    } finally {
      for (const [name, own] of Object.entries({ isTTY, hasColors })) {
        if (own) Object.defineProperty(process.stdout, name, own)
        else Reflect.deleteProperty(process.stdout, name)
      }
    }
    const text = `${'-'.repeat(18)} Action Log ${'-'.repeat(18)}\ntime : t\n\n`
    expect(process.stdout.write).toHaveBeenCalledWith(Buffer.from(text))
  })

  it('writes each record once, also one that is emitted from there', () => {
    const handler = stdoutHandler({ format: 'json' })
    const seen: string[] = []
    vi.mocked(process.stdout.write).mockImplementation((bytes) => {
      if (seen.length === 0) handler.emit({ time: 'from write()' })
      seen.push(String(bytes))
      return true
    })
    handler.emit({ time: 't' })
    expect(seen).toEqual(['{"time":"t"}\n', '{"time":"from write()"}\n'])
  })

  handlerContract('stdoutHandler', () => stdoutHandler({ format: 'json' }))
  handlerContract('stdoutHandler as text', () => stdoutHandler())
})
