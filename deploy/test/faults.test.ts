import { allFaults } from '../recording-endpoint/faults.mjs'
import { App } from './fixtures/app.js'
import { describeWithFluentd, Pipeline } from './fixtures/pipeline.js'
import { numbers, stored } from './fixtures/stored.js'

describeWithFluentd('what the engine answers', () => {
  const VARIANTS = [
    ['opensearch', 'daily'],
    ['opensearch', 'stream'],
    ['elasticsearch', 'daily'],
    ['elasticsearch', 'stream'],
  ] as const

  test('loses no record and doubles none, whichever engine and kind of index', async () => {
    await Promise.all(VARIANTS.map(([engine, kind]) => sufferAllFaults(engine, kind)))
  })
})

/** Every fault, one after another, under a stream of records; then all must be where it belongs. */
async function sufferAllFaults(engine: 'opensearch' | 'elasticsearch', kind: 'daily' | 'stream') {
  const pipeline = await Pipeline.start({
    engine,
    streams: kind === 'stream',
    output: `${engine}-${kind}`,
    maxBodyBytes: 20_000, // any wave is larger, no record is
  })
  const app = new App(pipeline.fluentd.port)
  pipeline.endpoint.faults = [...allFaults]
  await vi.waitFor(
    () => {
      app.wave(50)
      app.emit({ time: new Date().toISOString(), label_name: 'refused', _id: 'forged' })
      assert.deepEqual(pipeline.endpoint.faults, [])
    },
    { timeout: 60_000, interval: 200 },
  )
  await app.delivered()
  await stored(pipeline, app)

  const days = [...pipeline.endpoint.documents.keys()].map((name) =>
    name.replace(/\d{4}\.\d\d\.\d\d$/, 'DAY'),
  )
  const indices = ['actionlog-action', 'actionlog-footprint']
  expect([...new Set(days)].sort()).toEqual(kind === 'daily' ? indices.map((name) => `${name}-DAY`) : indices)
  const refused = pipeline.refused()
  expect(numbers(refused)).toEqual(numbers([...app.emitted.values()].filter((record) => '_id' in record)))
  expect(refused[0]?.refused).toContain('Field [_id] is a metadata field')
}
