import { copyFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { App, footprint } from './fixtures/app.js'
import { describeWithFluentd, Pipeline } from './fixtures/pipeline.js'
import { numbers, stored } from './fixtures/stored.js'

describeWithFluentd('the file of refused records', () => {
  test.each(['opensearch-daily', 'elasticsearch-daily'] as const)(
    'is sent again by moving it into the folder resend, twice without a double: %s',
    async (output) => {
      const engine = output === 'opensearch-daily' ? 'opensearch' : 'elasticsearch'
      const pipeline = await Pipeline.start({ engine, output })
      const { data, endpoint } = pipeline
      const app = new App(pipeline.fluentd.port)
      const times = ['2026-11-26T23:59:59.999Z', '2026-11-27T00:00:00.000Z']
      for (const time of times) {
        app.emit(footprint(time, { total_time: 'fast' }))
        app.emit({ time, label_name: 'order_saved', total_time: 'slow' })
      }
      await app.delivered()
      await vi.waitFor(() => expect(numbers(pipeline.refused())).toEqual([0, 1, 2, 3]), { timeout: 60_000 })

      endpoint.takesAll = true // its mapping was mended
      copyFileSync(join(data, 'refused.log'), join(data, 'copy'))
      renameSync(join(data, 'refused.log'), join(data, 'resend/refused.log'))
      await stored(pipeline, app)
      expect([...endpoint.documents.keys()].sort()).toEqual([
        'actionlog-action-2026.11.26',
        'actionlog-action-2026.11.27',
        'actionlog-footprint-2026.11.26',
        'actionlog-footprint-2026.11.27',
      ])

      const { requests } = endpoint
      renameSync(join(data, 'copy'), join(data, 'resend/again.log'))
      await vi.waitFor(() => expect(endpoint.requests).toBeGreaterThanOrEqual(requests + 2), {
        timeout: 60_000,
      })
      await stored(pipeline, app)
      expect(numbers(endpoint.stored())).toEqual([0, 1, 2, 3])
    },
  )
})
