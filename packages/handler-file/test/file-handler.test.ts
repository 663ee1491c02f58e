import { once } from 'node:events'
import { chmodSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { createActionLog } from '@actionlog/core'
import { handlerContract } from '@actionlog/core/testing'
import defaultExport, { fileHandler } from '../src/index.js'
import { emit, folder, ids, logfile, range, records, run, sorted, until } from './log-folder.js'

describe.each([
  { format: 'json' },
  { format: 'text', maxRecordBytes: 1_024 },
  { rotateBytes: 10_000, keepFiles: 3, gzip: true, reopenOnSighup: true },
] as const)('with %j', (options) => {
  handlerContract('fileHandler', () => fileHandler({ logfile, ...options }))
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

  it('is the handler of handlerType "file", with the same options', async () => {
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

describe('fileHandler: options', () => {
  it('lists all wrong ones', () => {
    const options = { logFile: 'x', format: 'xml', maxBufferBytes: 1, mode: '0888', rotateEvery: 'week' }
    expect(() => fileHandler(options as object)).toThrow(
      expect.objectContaining({
        code: 'invalid_settings',
        message: [
          '@actionlog/handler-file: 5 problems',
          '  options.logFile is unknown; did you mean logfile?',
          '  options.format must be "text" or "json", got "xml"',
          `  options.maxBufferBytes must be an integer from 65536 to ${2 ** 40}, got 1`,
          '  options.mode must be a file mode such as 0o640 or "0640", got "0888"',
          '  options.rotateEvery must be "never" or "hour" or "day", got "week"',
        ].join('\n'),
      }),
    )
  })

  it.each([{ keepFiles: 3 }, { keepDays: 3 }, { gzip: true, rotateBytes: 0 }])(
    'refuses %j, as nothing is rotated',
    (options) => {
      expect(() => fileHandler({ logfile, ...options })).toThrow(
        expect.objectContaining({
          code: 'invalid_settings',
          message: `@actionlog/handler-file: options.${Object.keys(options)[0]} needs options.rotateBytes or options.rotateEvery: without them no file is rotated`,
        }),
      )
      expect(existsSync(logfile)).toBe(false)
    },
  )

  it.each([
    [undefined, 0o640],
    [0o600, 0o600],
    ['0644', 0o644],
  ])('mode %j is that of new files and folders are made for them, less the umask', async (mode, expected) => {
    const file = join(folder, 'a/b/action.log')
    await fileHandler({ logfile: file, mode }).close()
    expect(statSync(file).mode & 0o777).toBe(expected & ~process.umask())
  })

  it('mode leaves a file that is there alone', async () => {
    await fileHandler({ logfile }).close()
    chmodSync(logfile, 0o604)
    await fileHandler({ logfile, mode: 0o600 }).close()
    expect(statSync(logfile).mode & 0o777).toBe(0o604)
  })

  it.each(['json', 'text'] as const)(
    'maxRecordBytes cuts long fields, marked, in format %s',
    async (format) => {
      const handler = fileHandler({ logfile, format, maxRecordBytes: 2_000 })
      const many = Object.fromEntries(range(500).map((n) => [`field_${n}`, 'ö'.repeat(n)]))
      const rest = [
        { url: '\u0001'.repeat(9_000) },
        { user: 'ä€'.repeat(9_000), id: 7 },
        many,
        { list: range(9_000) },
      ]
      for (const fields of rest) handler.emit({ time: 0, label_name: 'long', ...fields })
      await handler.close()
      const lines = readFileSync(logfile, 'utf8')
      const written = format === 'json' ? lines.split(/(?<=\n)/) : lines.split(/(?<=\n\n)/)
      expect(written).toHaveLength(4)
      for (const record of written) {
        expect(Buffer.byteLength(record)).toBeLessThanOrEqual(2_000)
        expect(record).toContain('long')
        expect(record).toMatch(/…\[\d+ more (characters|items)\]|\[\d+ more fields\]/)
      }
      if (format === 'json') expect(records()[1]).toMatchObject({ label_name: 'long', id: 7 })
    },
  )

  it.each([
    [65_536, 16_384],
    [2 ** 40, 1_048_576],
  ])('maxBufferBytes %i cuts a record at %i bytes', async (maxBufferBytes, most) => {
    const handler = fileHandler({ logfile, maxBufferBytes })
    emit(handler, 0, 10)
    for (const id of [10, 11]) handler.emit({ time: 0, label_name: 'long', id, pad: 'x'.repeat(2_000_000) })
    await handler.close()
    expect(ids()).toEqual(range(12))
    const { size } = statSync(logfile)
    expect(size).toBeLessThan(2 * most + 1_000)
    expect(size).toBeGreaterThan(most / 2)
  })

  it('reopenOnSighup makes SIGHUP open the logfile again', async () => {
    const { code } = await run('SIGHUP', { options: { reopenOnSighup: true } })
    expect(code).toBe(0)
    expect(ids(`${logfile}.1`)).toEqual(range(10))
    expect(ids()).toEqual(range(20).slice(10))
  })
})

describe('fileHandler: reopenOnSighup', () => {
  it('uses one listener for any number of handlers, and none after they are closed', async () => {
    const before = process.listenerCount('SIGHUP')
    const handlers = range(20).map(() => fileHandler({ logfile, reopenOnSighup: true }))
    expect(process.listenerCount('SIGHUP')).toBe(before + 1)
    for (const handler of handlers) await handler.close()
    expect(process.listenerCount('SIGHUP')).toBe(before)
  })

  it('is refused in a worker thread, which no signal reaches', async () => {
    const program = `import('${new URL('../dist/index.js', import.meta.url)}').then(({ fileHandler }) =>
      fileHandler({ logfile: '${logfile}', reopenOnSighup: true }))`
    const [error] = await once(new Worker(program, { eval: true }), 'error')
    expect(error.message).toBe(
      '@actionlog/handler-file: options.reopenOnSighup must be false in a worker thread, because no signal reaches it ' +
        "(call its handler's reopen() instead), got true",
    )
  })
})

describe('fileHandler: flush(), close() and reopen()', () => {
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
    const lines = readFileSync(logfile, 'utf8').split('\n', before) // behind them a write may be in progress
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(range(before))
    await handler.close()
    expect(ids()).toEqual(range(after))
  })

  it('close() delivers the records emitted before it, and no others', async () => {
    const handler = fileHandler({ logfile })
    emit(handler, 0, 10_000)
    const ends = [handler.flush(), handler.close(), handler.flush()]
    emit(handler, 10_000, 20_000)
    await Promise.all(ends)
    expect(ids()).toEqual(range(10_000))
    expect(handler.stats()).toEqual({ emitted: 20_000, delivered: 10_000, dropped: 10_000, pending: 0 })
  })

  it('reopen() opens a file at the path at once, and does nothing after close()', async () => {
    const handler = fileHandler({ logfile })
    emit(handler, 0, 10)
    await handler.flush()
    renameSync(logfile, `${logfile}.1`)
    handler.reopen()
    await until(() => existsSync(logfile))
    expect(ids()).toEqual([])
    emit(handler, 10, 20)
    await handler.close()
    handler.reopen()
    expect(ids(`${logfile}.1`)).toEqual(range(10))
    expect(ids()).toEqual(range(20).slice(10))
  })

  it('a record that comes alone is written without a flush', async () => {
    const handler = fileHandler({ logfile, flushIntervalMs: 1 })
    for (const id of range(20)) {
      emit(handler, id, id + 1)
      await new Promise((resolve) => setTimeout(resolve, id % 3))
    }
    await until(() => ids().length === 20)
    expect(ids()).toEqual(range(20))
    await handler.close()
  })
})
