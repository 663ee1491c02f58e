import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { fromShape, toEcs, toOtel } from '@actionlog/core/shapes'
import { type FileHandlerOptions, fileHandler } from '@actionlog/handler-file'
import { onTestFinished } from 'vitest'
import { App, footprint } from './fixtures/app.js'
import { describeWithFluentd, linesOf, Pipeline } from './fixtures/pipeline.js'
import { assertOnce, numbers } from './fixtures/stored.js'

const wait = { timeout: 60_000, interval: 50 }

describeWithFluentd('files', () => {
  test('of the file handler are followed through rotation, compression and a restart, each line once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'actionlog-tail-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const logfile = join(folder, 'my_action.log')
    const handler = fileHandler({ logfile } satisfies FileHandlerOptions)
    onTestFinished(() => handler.close())
    let next = 0
    const write = async (count: number) => {
      for (const end = next + count; next < end; next++) {
        const time = new Date(Date.UTC(2026, 10, 26, 23, 59, 59, 900) + next).toISOString()
        const record = next % 2 === 0 ? footprint(time) : { time, label_name: 'order_saved' }
        handler.emit({ ...record, n: next } as never)
      }
      await handler.flush()
    }
    await write(100)
    const pipeline = await Pipeline.start({
      source: 'tail',
      env: { ACTIONLOG_FILES: join(folder, '*.log*') },
    })
    const all = () => [...Array(next).keys()]
    const areStored = () =>
      vi.waitFor(() => assert.deepEqual([...new Set(numbers(pipeline.endpoint.stored()))], all()), wait)
    await areStored()
    await write(100)
    renameSync(logfile, join(folder, 'my_action-2026-11-26T23-59-59.999.log'))
    await write(100)
    await areStored()

    // what is rotated while fluentd is down is read afterwards; a compressed file is left alone
    await pipeline.fluentd.kill('SIGTERM')
    await write(100)
    renameSync(logfile, join(folder, 'my_action-2026-11-27T00-00-00.299.log'))
    await write(100)
    writeFileSync(
      join(folder, 'my_action-2026-11-25T00-00-00.000.log.gz'),
      gzipSync(readFileSync(join(folder, 'my_action-2026-11-26T23-59-59.999.log'))),
    )
    await pipeline.startFluentd()
    await areStored()
    appendFileSync(logfile, 'no JSON at all\n')
    await vi.waitFor(
      () =>
        assert.include(
          pipeline.endpoint.stored().map((document) => document.unmatched_line),
          'no JSON at all',
        ),
      wait,
    )
    assertOnce(numbers(pipeline.endpoint.stored().filter((document) => 'n' in document)))
    for (const document of pipeline.endpoint.stored('actionlog-footprint')) {
      assert.equal(document['@timestamp'], document.time)
    }
    expect([...pipeline.endpoint.documents.keys()]).toEqual(
      expect.arrayContaining(['actionlog-footprint-2026.11.26', 'actionlog-footprint-2026.11.27']),
    )
  })

  test('with records in the shape of toEcs or toOtel go to the same indices, with the same time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'actionlog-tail-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const emitted = [
      footprint('2026-11-26T23:59:59.999Z'),
      { time: '2026-11-27T00:00:00.000Z', label_name: 'order_saved', amount: 3 },
      { time: '2026-11-27T00:00:00.001Z', amount: 4 },
    ]
    for (const shape of [toEcs, toOtel]) {
      const handler = fileHandler({ logfile: join(folder, `${shape.name}.log`), shape })
      for (const record of emitted) handler.emit(record as never)
      await handler.close()
    }
    const { endpoint } = await Pipeline.start({
      source: 'tail',
      env: { ACTIONLOG_FILES: join(folder, '*.log*') },
    })
    await vi.waitFor(() => expect(endpoint.stored()).toHaveLength(6), wait)
    expect(endpoint.stored('actionlog-footprint-2026.11.26').map(fromShape)).toEqual([emitted[0], emitted[0]])
    expect(endpoint.stored('actionlog-action-2026.11.27').map(fromShape)).toEqual(
      expect.arrayContaining(emitted.slice(1)),
    )
    for (const document of endpoint.stored()) {
      expect(document['@timestamp']).toBe(fromShape(document)?.time)
      expect(document.label_name).toBe(fromShape(document)?.label_name)
    }
  })

  test('take the records instead of an engine, one a day and stream', async () => {
    const pipeline = await Pipeline.start({ output: 'files' })
    const app = new App(pipeline.fluentd.port)
    app.wave(100, new Date('2026-11-26T23:59:59.950Z'))
    await app.delivered()
    const archived = (name: string) => linesOf(join(pipeline.data, `archive/${name}.log`))
    const names = ['footprint', 'action'].flatMap((stream) => [
      `${stream}.2026-11-26`,
      `${stream}.2026-11-27`,
    ])
    await vi.waitFor(() => assert.lengthOf(names.flatMap(archived), 100), wait)
    expect(numbers(names.flatMap(archived))).toEqual([...Array(100).keys()])
    expect(names.map((name) => existsSync(join(pipeline.data, `archive/${name}.log`)))).toEqual(
      Array(4).fill(true),
    )
    expect(archived('footprint.2026-11-27')[0]?.record_id).toMatch(/^[\w-]{22}$/)
  })
})
