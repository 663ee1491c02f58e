import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { pem, tlsFile } from '../../packages/handler-fluentd/test/fixtures/tls.js'
import { App, footprint } from './fixtures/app.js'
import { describeWithFluentd, Pipeline } from './fixtures/pipeline.js'
import { arrived, numbers, stored } from './fixtures/stored.js'

const time = '2026-11-26T12:00:00.000Z'
const deep = (levels: number): unknown => (levels === 0 ? 1 : { inner: deep(levels - 1) })

describeWithFluentd('bad input', () => {
  const REFUSED: Record<string, Record<string, unknown>> = {
    'an empty key': { '': 1 },
    'a key that is a dot': { '.': 1 },
    'a key with two dots': { 'a..b': 1 },
    'the key _id': { _id: 'x' },
    'the key _routing': { _routing: 'x' },
    'the key _source': { _source: { a: 1 } },
    'a text for a number': { total_time: 'fast' },
    '100 kB in a flattened object': { extra: { text: 'x'.repeat(100_000) } },
  }
  const STORED: Record<string, Record<string, unknown>> = {
    'depth 500, which the handler cuts': { extra: deep(500) },
    'NUL in key and value': { 'a\0b': 'c\0d' },
    '100 kB': { text: 'x'.repeat(100_000) },
    'a million characters of three bytes': { text: '語'.repeat(1_000_000) },
    'line ends and quotes': { text: '\n\r"\u2028{"index":{}}\n' },
    'a lone surrogate': { text: '\ud800' },
    'the key refused': { refused: 'mine' },
    'the key tag': { tag: 'mine' },
  }

  test.each([
    ['opensearch', 'daily'],
    ['elasticsearch', 'stream'],
  ] as const)(
    'reaches the refused file or the index, and is never sent without end: %s',
    async (engine, kind) => {
      const pipeline = await Pipeline.start({
        engine,
        streams: kind === 'stream',
        output: `${engine}-${kind}`,
      })
      const app = new App(pipeline.fluentd.port)
      for (const fields of [...Object.values(REFUSED), ...Object.values(STORED)]) {
        app.emit({ time, label_name: 'odd', ...fields })
      }
      for (const fields of Object.values(REFUSED)) app.emit({ ...footprint(time), ...fields })
      app.wave(20)
      await app.delivered()
      await arrived(pipeline, app)
      const bad = Object.keys(REFUSED).length
      expect(numbers(pipeline.refused())).toHaveLength(2 * bad)
      for (const { refused } of pipeline.refused()) expect(refused).toMatch(/^400 - Rejected by /)
      const { requests } = pipeline.endpoint
      app.wave(2)
      await app.delivered()
      await arrived(pipeline, app)
      expect(pipeline.endpoint.requests).toBeLessThanOrEqual(requests + 2) // the wave's, nothing else
    },
  )

  test('of a wrong shared key is told to both sides, and what waits is delivered with the right one', async () => {
    const pipeline = await Pipeline.start({
      source: 'forward-tls',
      replace: { 'bind 0.0.0.0': 'bind 127.0.0.1' },
      env: { ACTIONLOG_SHARED_KEY: 'right', ACTIONLOG_TLS: join(tlsFile('ca.crt'), '..') },
    })
    const tls = { ca: pem('ca.crt'), servername: 'localhost' }
    const wrong = new App(pipeline.fluentd.port, { tls, sharedKey: 'wrong', closeTimeoutMs: 1 })
    wrong.wave(2)
    await pipeline.fluentd.logged('Shared key mismatch')
    await vi.waitFor(() => expect(wrong.errors.join('\n')).toMatch(/key/i), { timeout: 60_000 })
    expect(wrong.stats()).toMatchObject({ delivered: 0, dropped: 0, pending: 2 })

    const right = new App(pipeline.fluentd.port, { tls, sharedKey: 'right' })
    right.wave(20)
    await right.delivered()
    await stored(pipeline, right)
  })

  test.each(['opensearch', 'elasticsearch'] as const)(
    'an endpoint that is no search engine is named in the log, and the records wait: %s',
    async (engine) => {
      const pipeline = await Pipeline.start({ engine: 'opensearch', output: `${engine}-daily` })
      const { endpoint, fluentd } = pipeline
      endpoint.faults = Array(1_000).fill('page')
      const app = new App(fluentd.port)
      app.wave(20)
      await app.delivered()
      await fluentd.logged(
        engine === 'opensearch' ? "no search engine's answer" : 'server is not Elasticsearch',
      )
      expect(fluentd.log()).toContain(String(pipeline.endpointPort))
      expect(endpoint.stored()).toEqual([])
      if (engine === 'elasticsearch') return
      endpoint.faults = []
      await stored(pipeline, app)
    },
  )

  test('a full disk under the buffer is named in the log and to the app, and loses nothing', async ({
    skip,
  }) => {
    const data = mkdtempSync(join(tmpdir(), 'actionlog-full-'))
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'tmpfs', data], { stdio: 'ignore' })
    } catch {
      skip('not run: mounting a small disk needs root')
    }
    onTestFinished(() => void execFileSync('umount', ['-l', data]))
    const pipeline = await Pipeline.start({ data })
    const app = new App(pipeline.fluentd.port)
    await pipeline.endpoint.close()
    await vi.waitFor(
      () => {
        app.wave(200)
        assert.include(pipeline.fluentd.log(), 'No space left on device')
        assert.include(app.errors.join('\n'), `127.0.0.1:${pipeline.fluentd.port}`)
      },
      { timeout: 60_000, interval: 50 },
    )
    await pipeline.openEndpoint()
    await app.delivered()
    await stored(pipeline, app)
  })
})
