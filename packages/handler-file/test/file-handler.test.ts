import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createActionLog, type Handler } from '@actionlog/core'
import { handlerContract } from '@actionlog/core/testing'
import defaultExport, { fileHandler } from '../src/index.js'

const SCENARIO = fileURLToPath(new URL('fixtures/scenario.js', import.meta.url))
const limited = 'ulimit -S -f 20; exec "$@"'
const onLinux = process.platform === 'linux'

let folder: string
let logfile: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actionlog-'))
  logfile = join(folder, 'action.log')
})
afterEach(() => rmSync(folder, { recursive: true }))

function emit(handler: Handler, from: number, to: number): void {
  for (let id = from; id < to; id++) handler.emit({ time: 0, label_name: 'line', id })
}

/** The ids of all lines, in order; fails if a line is not whole. */
function ids(file = logfile): number[] {
  const content = readFileSync(file, 'utf8')
  assert.ok(content === '' || content.endsWith('\n'))
  return content
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).id)
}

function range(end: number): number[] {
  return Array.from({ length: end }, (_, id) => id)
}

function sorted(numbers: number[]): number[] {
  return numbers.toSorted((a, b) => a - b)
}

/** All that the handler tells from now on: codes, and the sum of the records it says it dropped. */
function listen(handler: Handler): { codes: string[]; dropped: number } {
  const told = { codes: [] as string[], dropped: 0 }
  handler.onError = ({ code, message }) => {
    told.codes.push(code)
    told.dropped += Number(/(\d+) records not written/.exec(message)?.[1] ?? 0)
  }
  return told
}

/** Runs a scenario in a process of its own, to its end. */
async function run(
  scenario: string,
  file = logfile,
  shell = 'exec "$@"',
): Promise<{ code: number; out: string[] }> {
  const child = spawn('sh', ['-c', shell, 'sh', process.execPath, SCENARIO, scenario, file])
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
    if (chunk.toString().includes('ready')) child.kill('SIGTERM')
  })
  const [code] = await once(child, 'close')
  return { code, out: out.split('\n').slice(0, -1) }
}

describe.each(['json', 'text'] as const)('in format %s', (format) => {
  handlerContract('fileHandler', () => fileHandler({ logfile, format }))
})

describe('fileHandler: the file', () => {
  it('holds a line of JSON a record, in the order they were emitted', async () => {
    const handler = fileHandler({ logfile })
    handler.emit({ time: '2026-01-01T00:00:00.000Z', label_name: 'hoge_save', text: 'two\nlines' })
    emit(handler, 1, 3)
    await handler.close()
    expect(readFileSync(logfile, 'utf8')).toBe(
      '{"time":"2026-01-01T00:00:00.000Z","label_name":"hoge_save","text":"two\\nlines"}\n' +
        '{"time":0,"label_name":"line","id":1}\n{"time":0,"label_name":"line","id":2}\n',
    )
  })

  it('holds blocks for people in format text', async () => {
    const handler = fileHandler({ logfile, format: 'text' })
    handler.emit({ time: 'now', label_name: 'hoge_save' })
    await handler.close()
    expect(readFileSync(logfile, 'utf8')).toBe(
      '------------------ Action Log ------------------\ntime       : now\nlabel_name : hoge_save\n\n',
    )
  })

  it('keeps what was in it', async () => {
    for (const id of [0, 1]) {
      const handler = fileHandler({ logfile })
      emit(handler, id, id + 1)
      await handler.close()
    }
    expect(ids()).toEqual([0, 1])
  })

  it('is made with its folders, readable for its user and group only', async () => {
    const file = join(folder, 'a/b/action.log')
    await fileHandler({ logfile: file }).close()
    expect(statSync(file).mode & 0o777).toBe(0o640 & ~process.umask())
  })

  it('is what handlerType "file" names, with the same options', async () => {
    const log = createActionLog({ handlerType: 'file', logfile })
    log.log({ label_name: 'hoge_save', id: 7 })
    await log.close()
    expect(ids()).toEqual([7])
    expect(defaultExport).toBe(fileHandler)
  })

  it('takes the lines of several handlers and processes whole', async () => {
    const handlers = [fileHandler({ logfile }), fileHandler({ logfile })]
    const others = [1, 2, 3].map(() => run('many ticks'))
    for (let tick = 0; tick < 100; tick++) {
      for (const handler of handlers) emit(handler, tick * 200, tick * 200 + 200)
      await new Promise(setImmediate)
    }
    await Promise.all([...others, ...handlers.map((handler) => handler.close())])
    expect(sorted(ids())).toEqual(range(20_000).flatMap((id) => [id, id, id, id, id]))
  })
})

describe('fileHandler: a file that cannot be opened', () => {
  it.each([
    ['a folder', '.', 'EISDIR'],
    ['a path below a file', 'file/action.log', 'ENOTDIR'],
    ['a folder that cannot be made', 'file/folder/action.log', 'ENOTDIR'],
  ])('%s fails at start', (_, path, code) => {
    writeFileSync(join(folder, 'file'), '')
    const file = join(folder, path)
    expect(() => fileHandler({ logfile: file })).toThrow(
      expect.objectContaining({
        code: 'handler_failed',
        message: expect.stringContaining(
          `@actionlog/handler-file: options.logfile "${file}" cannot be opened: ${code}: `,
        ),
      }),
    )
  })

  it('lists all wrong options', () => {
    const options = { logFile: 'x', format: 'xml', maxBufferBytes: 1 }
    expect(() => fileHandler(options as object)).toThrow(
      expect.objectContaining({
        code: 'invalid_settings',
        message: [
          '@actionlog/handler-file: 3 problems',
          '  options.logFile is unknown; did you mean logfile?',
          '  options.format must be "text" or "json", got "xml"',
          `  options.maxBufferBytes must be an integer from 65536 to ${2 ** 40}, got 1`,
        ].join('\n'),
      }),
    )
  })
})

describe('fileHandler: flush() and close()', () => {
  it('flush() ends while records keep coming, with all from before it in the file', async () => {
    const handler = fileHandler({ logfile })
    let next = 0
    let flushed = false
    const pour = (): void => {
      emit(handler, next, (next += 100))
      if (!flushed && next < 200_000) setImmediate(pour)
    }
    pour()
    await new Promise(setImmediate)
    const before = next
    await handler.flush()
    flushed = true
    const after = next
    expect(ids().slice(0, before)).toEqual(range(before))
    await handler.close()
    expect(ids()).toEqual(range(after))
  })

  it('close() delivers what came before it, and only that', async () => {
    const handler = fileHandler({ logfile })
    emit(handler, 0, 10_000)
    const ends = [handler.flush(), handler.close(), handler.flush()]
    emit(handler, 10_000, 20_000)
    await Promise.all(ends)
    expect(ids()).toEqual(range(10_000))
    expect(handler.stats()).toEqual({ emitted: 20_000, delivered: 10_000, dropped: 10_000, pending: 0 })
  })
})

describe('fileHandler: the end of the process', () => {
  it.each([
    ['natural end', 0, 1000],
    ['process.exit()', 3, 1000],
    ['process.exit() during a write', 0, 6000],
    ['process.exit() with a busy thread pool', 0, 1000],
    ['uncaught exception', 1, 2000],
    ['unhandled rejection', 1, 1000],
    ['exit listeners', 0, 1200],
  ])('%s loses no line and keeps the exit code', async (scenario, exitCode, lines) => {
    const { code, out } = await run(scenario)
    expect(sorted(ids())).toEqual(range(lines))
    expect(out).toEqual([])
    expect(code).toBe(exitCode)
  })

  it('SIGTERM and close() loses no line', async () => {
    const { out } = await run('SIGTERM and close()')
    const stats = JSON.parse(out.at(-1) ?? '')
    expect(stats).toEqual({ emitted: stats.delivered, delivered: stats.delivered, dropped: 0, pending: 0 })
    expect(ids()).toEqual(range(stats.delivered))
  })
})

describe.runIf(onLinux)('fileHandler: a file that takes no more', () => {
  it('a full disk: records wait, close() ends, all are dropped and told of', async () => {
    const handler = fileHandler({ logfile: '/dev/full' })
    const told = listen(handler)
    emit(handler, 0, 1000)
    await handler.close()
    expect(handler.stats()).toEqual({ emitted: 1000, delivered: 0, dropped: 1000, pending: 0 })
    expect(told).toEqual({ codes: ['handler_failed', 'records_dropped'], dropped: 1000 })
  })

  it('a full disk: flush() ends, and the handler goes on', async () => {
    const handler = fileHandler({ logfile: '/dev/full' })
    const told = listen(handler)
    for (const from of [0, 10]) {
      emit(handler, from, from + 10)
      await handler.flush()
    }
    expect(handler.stats()).toEqual({ emitted: 20, delivered: 0, dropped: 20, pending: 0 })
    await handler.close()
    expect(told).toEqual({ codes: ['handler_failed', 'records_dropped', 'records_dropped'], dropped: 20 })
  })

  it.each(['natural end', 'process.exit()', 'uncaught exception'])(
    'a full disk: %s tells what is lost, and the process ends',
    async (scenario) => {
      const { out } = await run(scenario, '/dev/full')
      expect(out).toContain('records_dropped')
    },
  )

  it('a full disk: the process stays for a flush(), and only for that', async () => {
    const { code, out } = await run('flush() while retrying', '/dev/full')
    expect(out).toEqual(['handler_failed', 'records_dropped', 'flushed'])
    expect(code).toBe(0)
  })

  it('a full buffer: the oldest are dropped and told of together, not one by one', async () => {
    const handler = fileHandler({ logfile: '/dev/full', maxBufferBytes: 65_536 })
    const told = listen(handler)
    emit(handler, 0, 10_000)
    const { dropped, pending } = handler.stats()
    expect(dropped).toBeGreaterThan(5_000)
    expect(dropped + pending).toBe(10_000)
    await handler.close()
    expect(told.dropped).toBe(10_000)
    expect(told.codes.length).toBeLessThan(5)
  })

  it('a stall: flush() waits for the write under way, whatever is dropped behind it', async () => {
    const pipe = join(folder, 'pipe')
    await once(spawn('mkfifo', [pipe]), 'close')
    const stalled = await open(pipe, 'r+')
    await stalled.write('\n'.repeat(65_536)) // all a pipe holds
    const handler = fileHandler({ logfile: pipe, maxBufferBytes: 200_000 })
    const told = listen(handler)
    emit(handler, 0, 4_000)
    await new Promise(setImmediate)
    let flushed = false
    const flush = handler.flush().then(() => {
      flushed = true
    })
    emit(handler, 4_000, 20_000)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(flushed).toBe(false)

    const arrived: number[] = []
    const reading = (async () => {
      for await (const line of createInterface({ input: stalled.createReadStream() })) {
        if (line === 'end') break
        if (line) arrived.push(JSON.parse(line).id)
      }
    })()
    await flush
    await handler.close()
    await stalled.write('end\n')
    await reading
    const { emitted, delivered, dropped, pending } = handler.stats()
    expect([emitted, pending]).toEqual([20_000, 0])
    expect([delivered, dropped]).toEqual([arrived.length, told.dropped])
    const first = arrived.findIndex((id, i) => id !== i)
    expect(arrived.slice(first)).toEqual(range(20_000).slice(first - arrived.length))
  })

  it('room again: goes on where it stopped, mid-line, and loses nothing', async () => {
    const { out } = await run('a file size limit, lifted when records wait', logfile, limited)
    expect(out).toEqual(['handler_failed', '{"emitted":1010,"delivered":1010,"dropped":0,"pending":0}'])
    expect(ids()).toEqual(range(1010))
  })

  it('room again after the rest of a line was dropped: the next record has a line of its own', async () => {
    const { out } = await run('a file size limit, lifted when records are lost', logfile, limited)
    expect(out.slice(0, 2)).toEqual(['handler_failed', 'records_dropped'])
    const lines = readFileSync(logfile, 'utf8').trimEnd().split('\n')
    const [cutLine, ...last] = lines.slice(-11)
    expect(() => JSON.parse(cutLine as string)).toThrow()
    expect(last.map((line) => JSON.parse(line).id)).toEqual(range(1010).slice(1000))
  })
})
