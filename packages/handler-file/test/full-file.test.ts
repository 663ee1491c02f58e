import { constants, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileHandler } from '../src/index.js'
import {
  emit,
  ids,
  listen,
  logfile,
  notedDrops,
  onLinux,
  range,
  records,
  run,
  sh,
  sorted,
  until,
} from './log-folder.js'

const limited = 'ulimit -S -f 20; exec "$@"'

describe.runIf(onLinux)('a file that takes no more', () => {
  it('a full disk: records wait, close() ends, and all are dropped and reported', async () => {
    const handler = fileHandler({ logfile: '/dev/full' })
    const reports = listen(handler)
    emit(handler, 0, 1000)
    await handler.close()
    expect(handler.stats()).toEqual({ emitted: 1000, delivered: 0, dropped: 1000, pending: 0 })
    expect(reports).toMatchObject({ codes: ['handler_failed', 'records_dropped'], dropped: 1000 })
  })

  it('a full disk: flush() ends, and the handler goes on', async () => {
    const handler = fileHandler({ logfile: '/dev/full' })
    const reports = listen(handler)
    for (const from of [0, 10]) {
      emit(handler, from, from + 10)
      await handler.flush()
    }
    expect(handler.stats()).toEqual({ emitted: 20, delivered: 0, dropped: 20, pending: 0 })
    await handler.close()
    expect(reports.codes).toEqual(['handler_failed', 'records_dropped', 'records_dropped'])
    expect(reports.dropped).toBe(20)
  })

  it.each(['natural end', 'process.exit()', 'uncaught exception'])(
    'a full disk: at %s what is lost is reported, and the process ends',
    async (scenario) => {
      const { out } = await run(scenario, { file: '/dev/full' })
      expect(out).toContain('records_dropped')
    },
  )

  it('a full disk: a write that process.exit() interrupts is accounted for, and no half line is left', async () => {
    const { out, err } = await run('full: process.exit() at once', { shell: limited })
    expect(out).toContain('records_dropped')
    const delivered = ids()
    expect(delivered).toEqual(range(delivered.length))
    expect(JSON.parse(err)).toEqual({
      emitted: 1000,
      delivered: delivered.length,
      dropped: 1000 - delivered.length,
      pending: 0,
    })
  })

  it('a full disk: at exit what onError emits is accounted for, too', async () => {
    const { err } = await run('full: process.exit() with an onError that emits', { file: '/dev/full' })
    const { emitted, dropped, pending } = JSON.parse(err)
    expect(emitted).toBeGreaterThan(1_000)
    expect({ dropped, pending }).toEqual({ dropped: emitted, pending: 0 })
  })

  it('a full disk: the process stays for a flush(), and only for that', async () => {
    const { code, out } = await run('flush() while retrying', { file: '/dev/full' })
    expect(out).toEqual(['handler_failed', 'records_dropped', 'flushed'])
    expect(code).toBe(0)
  })

  it('a full buffer: the oldest are dropped, and reported together', async () => {
    const handler = fileHandler({ logfile: '/dev/full', maxBufferBytes: 65_536 })
    const reports = listen(handler)
    emit(handler, 0, 10_000)
    const { dropped, pending } = handler.stats()
    expect(dropped).toBeGreaterThan(5_000)
    expect(dropped + pending).toBe(10_000)
    await handler.close()
    expect(reports.dropped).toBe(10_000)
    expect(reports.codes.length).toBeLessThan(5)
  })

  it.each([
    ['throws', () => assert.fail('no')],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('an onError that %s does no harm', async (_, onError) => {
    symlinkSync('/dev/full', logfile)
    const handler = fileHandler({ logfile })
    let calls = 0
    handler.onError = () => ++calls && onError()
    emit(handler, 0, 10)
    await until(() => calls > 0)
    rmSync(logfile)
    await handler.close()
    expect(ids()).toEqual(range(10))
  })

  it('a full buffer of text that takes two bytes a character holds no more than maxBufferBytes', async () => {
    const handler = fileHandler({ logfile: '/dev/full', maxBufferBytes: 65_536 })
    const pad = `✓${'x'.repeat(1_000)}`
    for (let id = 0; id < 1_000; id++) handler.emit({ time: 0, label_name: 'line', id, pad })
    const { pending, emitted, dropped } = handler.stats()
    expect(pending).toBeGreaterThan(10)
    expect(pending * 2 * pad.length).toBeLessThanOrEqual(65_536)
    expect(pending + dropped).toBe(emitted)
    await handler.close()
  })

  it('has space again: the handler completes the torn record, and loses nothing', async () => {
    const { out } = await run('a file size limit, lifted when records wait', { shell: limited })
    expect(out).toEqual(['handler_failed', '{"emitted":1010,"delivered":1010,"dropped":0,"pending":0}'])
    expect(ids()).toEqual(range(1010))
  })

  it('has space again after drops: the file says how many, and has no incomplete line', async () => {
    const { out } = await run('a file size limit, lifted when records are lost', { shell: limited })
    expect(out.slice(0, 2)).toEqual(['handler_failed', 'records_dropped'])
    expect(ids().slice(-10)).toEqual(range(1010).slice(1000))
    expect(records().at(-11)).toMatchObject({ label_name: 'actionlog_dropped' })
    expect(notedDrops()).toBe(1010 - ids().length)
  })

  it('the file notes drops in format text too', async () => {
    const handler = fileHandler({ logfile, format: 'text', maxBufferBytes: 65_536 })
    emit(handler, 0, 10_000)
    await handler.close()
    const dropped = handler.stats().dropped
    expect(readFileSync(logfile, 'utf8')).toMatch(
      new RegExp(`\nlabel_name : actionlog_dropped\ndropped +: ${dropped}\nreason +: .+\n\n`),
    )
  })

  it('a FIFO whose reader stalls: the app goes on, and records that do not fit are dropped', async () => {
    await sh('mkfifo', logfile)
    const stalled = await open(logfile, 'r+')
    const handler = fileHandler({ logfile, maxBufferBytes: 200_000 })
    const reports = listen(handler)
    for (let from = 0; from < 20_000; from += 1_000) {
      emit(handler, from, from + 1_000)
      await new Promise(setImmediate)
    }
    expect(handler.stats().pending).toBeGreaterThan(0)

    const arrived: { id: number; dropped?: number }[] = []
    const reading = (async () => {
      for await (const line of createInterface({ input: stalled.createReadStream() })) {
        if (line === 'end') break
        arrived.push(JSON.parse(line))
      }
    })()
    await handler.close()
    await stalled.write('end\n')
    await reading
    const { emitted, delivered, dropped, pending } = handler.stats()
    const got = arrived.filter((record) => !record.dropped).map(({ id }) => id)
    expect([emitted, pending]).toEqual([20_000, 0])
    expect([got.length, reports.dropped]).toEqual([delivered, dropped])
    expect(arrived.reduce((sum, record) => sum + (record.dropped ?? 0), 0)).toBe(dropped)
    expect(got).toEqual(sorted(got))
    expect(got.at(-1)).toBe(19_999)
  })

  it('a FIFO whose reader is slow: close() ends after closeTimeoutMs, and reports the dropped records', async () => {
    await sh('mkfifo', logfile)
    const reader = await open(logfile, 'r+')
    const handler = fileHandler({ logfile, closeTimeoutMs: 300 })
    const reports = listen(handler)
    emit(handler, 0, 100_000)
    let isReading = true
    const reading = (async () => {
      while (isReading) {
        await reader.read(Buffer.alloc(4_096))
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    })()
    await handler.close()
    isReading = false
    await reading
    await reader.close()
    const { delivered, dropped, pending } = handler.stats()
    expect(dropped).toBeGreaterThan(0)
    expect([delivered + dropped, pending, reports.dropped]).toEqual([100_000, 0, dropped])
  })

  it('a FIFO whose reader leaves and returns: records wait meanwhile, and the next reader gets all of them', async () => {
    await sh('mkfifo', logfile)
    const readOnly = constants.O_RDONLY | constants.O_NONBLOCK
    const first = await open(logfile, readOnly)
    const handler = fileHandler({ logfile })
    const reports = listen(handler)
    emit(handler, 0, 10)
    await handler.flush()
    const before = String((await first.read(Buffer.alloc(65_536))).buffer).replaceAll('\0', '')
    await first.close()
    emit(handler, 10, 500)
    await until(() => reports.messages.some((message) => message.includes('it is a FIFO that nobody reads')))
    expect(handler.stats()).toMatchObject({ delivered: 10, dropped: 0, pending: 490 })

    const next = createInterface({ input: (await open(logfile, 'r+')).createReadStream() })
    const arrived: number[] = []
    for await (const line of next) {
      arrived.push((JSON.parse(line) as { id: number }).id)
      if (arrived.length === 490) break
    }
    expect(before.split('\n').filter(Boolean)).toHaveLength(10)
    expect(arrived).toEqual(range(500).slice(10))
    await handler.close()
    expect(handler.stats()).toMatchObject({ delivered: 500, dropped: 0 })
  })

  it('a FIFO whose reader never comes back: close() and process.exit() end, and dropped records are reported', async () => {
    await sh('mkfifo', logfile)
    const stalled = await open(logfile, 'r+')
    const handler = fileHandler({ logfile })
    const reports = listen(handler)
    emit(handler, 0, 20_000)
    const [{ code, out }] = await Promise.all([run('process.exit()'), handler.close()])
    expect([code, out]).toEqual([3, ['records_dropped']])
    const { delivered, dropped, pending } = handler.stats()
    expect(dropped).toBeGreaterThan(10_000)
    expect([delivered + dropped, pending, reports.dropped]).toEqual([20_000, 0, dropped])
    await stalled.close()
  })
})
