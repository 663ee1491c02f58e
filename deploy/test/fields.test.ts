import { fromShape, toEcs, toOtel } from '@actionlog/core/shapes'
import { App, footprint } from './fixtures/app.js'
import { describeWithFluentd, Pipeline } from './fixtures/pipeline.js'
import { arrived, stored } from './fixtures/stored.js'

describeWithFluentd('a stored record', () => {
  // in Berlin summer time began on 2026-03-29 at 01:00 UTC, and ended on 2026-10-25 at 01:00 UTC
  const TIMES: readonly [time: string, index: string][] = [
    ['2026-03-28T23:59:59.999Z', '2026.03.28'],
    ['2026-03-29T00:00:00.000Z', '2026.03.29'],
    ['2026-03-29T00:59:59.999Z', '2026.03.29'],
    ['2026-03-29T01:00:00.000Z', '2026.03.29'],
    ['2026-10-25T00:30:00.001Z', '2026.10.25'],
    ['2026-10-25T01:30:00.001Z', '2026.10.25'],
    ['2026-12-31T23:59:59.999Z', '2026.12.31'],
    ['2027-01-01T00:00:00.000Z', '2027.01.01'],
    ['1999-12-31T23:59:59.123Z', '1999.12.31'],
  ]

  test.each(['opensearch', 'elasticsearch'] as const)(
    'has its time to the millisecond, its index by UTC, its label and an id: %s',
    async (engine) => {
      const pipeline = await Pipeline.start({
        engine,
        output: `${engine}-daily`,
        env: { TZ: 'Europe/Berlin' },
      })
      const app = new App(pipeline.fluentd.port)
      for (const [time] of TIMES) {
        app.emit(footprint(time))
        app.emit({ time, label_name: 'order.saved-2' })
      }
      app.emit({ time: '2026-11-26T12:00:00.000Z', label_name: 'with blank' })
      app.emit({ time: '2026-11-26T12:00:00.000Z', amount: 1 })
      await app.delivered()
      await stored(pipeline, app)

      const { documents } = pipeline.endpoint
      for (const [time, day] of TIMES) {
        for (const stream of ['footprint', 'action']) {
          const inIndex = [...(documents.get(`actionlog-${stream}-${day}`)?.values() ?? [])]
          expect(inIndex.map((document) => document['@timestamp'])).toContain(time)
        }
      }
      const actions = [...(documents.get('actionlog-action-2026.11.26') ?? [])]
      expect(actions.map(([, { label_name }]) => label_name)).toEqual(
        expect.arrayContaining(['with blank', undefined]),
      )
      for (const [id] of [...documents.values()].flatMap((byId) => [...byId]))
        expect(id).toMatch(/^[\w-]{22}$/)
    },
  )

  test('has neither id, time nor stream by what a client may have written into it', async () => {
    const pipeline = await Pipeline.start()
    const app = new App(pipeline.fluentd.port)
    const time = '2026-11-26T12:00:00.000Z'
    const forged = { record_id: 'forged', '@timestamp': '1970-01-01T00:00:00.000Z' }
    const shapes = [
      { event: { dataset: 'actionlog.footprint', action: 'footprint' } },
      { eventName: 'actionlog.footprint', timeUnixNano: '1' },
    ]
    for (const shape of shapes) {
      app.emit({ time, label_name: 'order_saved', ...shape, ...forged })
      app.emit({ time, ...shape, ...forged })
      app.emit({ ...footprint(time), ...shape, ...forged })
    }
    await app.delivered()
    await arrived(pipeline, app)
    const { documents } = pipeline.endpoint
    expect([...documents].map(([index, { size }]) => [index, size]).sort()).toEqual([
      ['actionlog-action-2026.11.26', 4],
      ['actionlog-footprint-2026.11.26', 2],
    ])
    for (const [id, document] of [...documents.values()].flatMap((byId) => [...byId])) {
      expect(id).toMatch(/^[\w-]{22}$/)
      expect(document['@timestamp']).toBe(time)
    }
  })

  test('has one id for a footprint that the app sends twice, and two for two labelled records, in every shape', async () => {
    const pipeline = await Pipeline.start()
    const emitted = [
      footprint('2026-11-26T23:59:59.999Z', { sql_repeat: 'Post.findFirst', extra: { version: '1.4.2' } }),
      { time: '2026-11-27T00:00:00.000Z', label_name: 'order.saved-2', amount: 3 },
      { time: '2026-11-27T00:00:00.001Z', label_name: 'with blank', note: 'a label that no tag can say' },
      { time: '2026-11-27T00:00:00.002Z', amount: 4 },
    ]
    for (const shape of [undefined, toEcs, toOtel]) {
      const app = new App(pipeline.fluentd.port, { shape })
      for (const record of [...emitted, ...emitted]) app.handler.emit(record as never)
      await app.delivered()
    }
    const { documents } = pipeline.endpoint
    await vi.waitFor(() => expect(pipeline.endpoint.stored()).toHaveLength(3 * 7), { timeout: 60_000 })

    const footprints = [...(documents.get('actionlog-footprint-2026.11.26')?.values() ?? [])]
    const actions = [...(documents.get('actionlog-action-2026.11.27')?.values() ?? [])]
    expect(footprints).toHaveLength(3)
    expect(actions).toHaveLength(3 * 6)
    for (const record of emitted) {
      const same = [...footprints, ...actions].filter((document) => document['@timestamp'] === record.time)
      expect(same.map((document) => document.label_name)).toEqual(same.map(() => record.label_name))
      expect(same.map((document) => fromShape(document)).filter(Boolean)).toEqual(
        record.label_name === 'footprint' ? [record, record] : [record, record, record, record],
      )
    }
    for (const [id] of [...documents.values()].flatMap((byId) => [...byId])) expect(id).toMatch(/^[\w-]{22}$/)
  })
})
