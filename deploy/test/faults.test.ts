import type { Fault } from '../recording-endpoint/faults.mjs'
import { App } from './fixtures/app.js'
import { missing, Pipeline } from './fixtures/pipeline.js'
import { numbers, stored } from './fixtures/stored.js'

const FAULTS: Fault[] = [
  'itemsOverloaded',
  'itemsBlocked',
  'overloaded',
  'unavailable',
  'tooLarge',
  'page',
  'empty',
  'brokenOff',
  'otherJson',
  'late',
  'cutBefore',
  'cutAfter',
]

describe('what the engine answers', () => {
  if (missing) return test.skip(`not run: ${missing}`)

  test.each([
    ['opensearch', 'daily'],
    ['opensearch', 'stream'],
    ['elasticsearch', 'daily'],
    ['elasticsearch', 'stream'],
  ] as const)('loses no record and doubles none: %s, %s', async (engine, kind) => {
    const pipeline = await Pipeline.start({ engine, streams: kind === 'stream', output: `${engine}-${kind}` })
    const app = new App(pipeline.fluentd.port)
    pipeline.endpoint.faults = [...FAULTS]
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

    const { documents } = pipeline.endpoint
    expect([...documents.keys()].map((name) => name.replace(/\d{4}\.\d\d\.\d\d$/, 'DAY')).sort()).toEqual(
      kind === 'daily'
        ? ['actionlog-action-DAY', 'actionlog-footprint-DAY']
        : ['actionlog-action', 'actionlog-footprint'],
    )
    const refused = pipeline.refused()
    expect(numbers(refused)).toEqual(numbers([...app.emitted.values()].filter((record) => '_id' in record)))
    expect(refused[0]?.refused).toContain('Field [_id] is a metadata field')
  })
})
