import { allFaults } from '../recording-endpoint/faults.mjs'
import { App } from './fixtures/app.js'
import { dataStream, naive } from './fixtures/naive.js'
import { describeWithFluentd, Pipeline, type PipelineOptions } from './fixtures/pipeline.js'
import { numbers } from './fixtures/stored.js'

const wait = { timeout: 60_000, interval: 20 }
const WAVE = 100

/** What of the records that fluentd acknowledged is in no index and no file, and what is there twice. */
async function losses(options: PipelineOptions): Promise<{ sent: number; lost: number; doubled: number }> {
  const pipeline = await Pipeline.start(options)
  const { endpoint, fluentd } = pipeline
  const app = new App(fluentd.port)
  /** Resolves once no request waits for its next attempt: what comes last is stored. */
  const settle = async () => {
    const first = app.emitted.size
    for (const label_name of ['footprint', 'order_saved']) {
      app.emit({ time: new Date().toISOString(), label_name, request_id: `last ${first}` })
    }
    await vi.waitFor(() => assert.includeMembers(numbers(endpoint.stored()), [first, first + 1]), wait)
  }
  for (const fault of allFaults) {
    endpoint.faults = [fault]
    app.wave(WAVE)
    app.emit({ time: new Date().toISOString(), label_name: 'odd', _id: 'refused' })
    await app.delivered()
    await vi.waitFor(() => assert.deepEqual(endpoint.faults, []), wait)
    await settle()
  }
  // a kill while the engine is down
  await endpoint.close()
  app.wave(WAVE)
  await app.delivered()
  await fluentd.kill()
  await pipeline.openEndpoint()
  await pipeline.startFluentd()
  await settle()
  await fluentd.kill('SIGTERM')

  const all = numbers(endpoint.stored())
  const kept = new Set([...all, ...numbers(pipeline.refused())])
  return {
    sent: app.emitted.size,
    lost: app.emitted.size - kept.size,
    doubled: all.length - new Set(all).size,
  }
}

describeWithFluentd('under the same faults', () => {
  test('only this configuration neither loses nor doubles any', async () => {
    const [ours, article, opensearch, elasticsearch] = await Promise.all([
      losses({}),
      losses({ conf: naive }),
      losses({ conf: dataStream('opensearch'), streams: true }),
      losses({ conf: dataStream('elasticsearch'), streams: true, engine: 'elasticsearch' }),
    ])
    console.table({ ours, article, opensearch, elasticsearch }) // for the table in fluentd/README.md
    expect(ours).toMatchObject({ lost: 0, doubled: 0 })
    for (const { lost, doubled } of [article, opensearch, elasticsearch]) {
      expect(lost).toBeGreaterThan(0)
      expect(doubled).toBeGreaterThan(0)
    }
  })
})
