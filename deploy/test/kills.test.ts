import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { HandlerStats } from '@actionlog/core'
import { onTestFinished } from 'vitest'
import { App } from './fixtures/app.js'
import { documentsIn } from './fixtures/documents-in.mjs'
import { describeWithFluentd, Pipeline } from './fixtures/pipeline.js'
import { assertOnce, numbers, stored } from './fixtures/stored.js'

const KILLED_APP = join(import.meta.dirname, 'fixtures/killed-app.mjs')
const KILLED_ENDPOINT = join(import.meta.dirname, 'fixtures/killed-endpoint.mjs')
const wait = { timeout: 60_000, interval: 20 }

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'actionlog-kills-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}

describeWithFluentd('the way from the app to the engine', () => {
  test('loses nothing and doubles no footprint when fluentd or the engine is killed', async () => {
    const pipeline = await Pipeline.start()
    const app = new App(pipeline.fluentd.port, { spoolDir: temporaryFolder() })
    const more = async () => {
      const before = pipeline.endpoint.stored().length
      await vi.waitFor(() => {
        app.wave(20)
        assert.isAbove(pipeline.endpoint.stored().length, before)
      }, wait)
    }
    for (const round of [1, 2]) {
      await more()
      pipeline.endpoint.faults = ['cutAfter', 'late']
      app.wave(100)
      await pipeline.fluentd.kill()
      app.wave(100)
      await pipeline.startFluentd()
      await more()
      await pipeline.endpoint.close()
      app.wave(100)
      if (round === 2) {
        // fluentd starts while the engine is down, and takes records
        await pipeline.fluentd.kill()
        await pipeline.startFluentd()
        await app.delivered()
      }
      await pipeline.openEndpoint()
    }
    await app.delivered()
    await stored(pipeline, app)
    expect(app.stats().dropped).toBe(0)
  })

  test('loses nothing and doubles nothing when the engine is killed in the middle of a request', async () => {
    const pipeline = await Pipeline.start()
    await pipeline.endpoint.close()
    const file = join(temporaryFolder(), 'documents')
    writeFileSync(file, '')
    const app = new App(pipeline.fluentd.port)
    for (const count of [1, 30, 77]) {
      const engine = spawn(
        process.execPath,
        [KILLED_ENDPOINT, String(pipeline.endpointPort), file, String(count)],
        {
          stdio: 'inherit',
        },
      )
      onTestFinished(() => void engine.kill('SIGKILL'))
      app.wave(200)
      const [, signal] = await once(engine, 'exit')
      assert.equal(signal, 'SIGKILL')
    }
    pipeline.endpoint.documents = documentsIn(file)
    assert.lengthOf(pipeline.endpoint.stored(), 1 + 30 + 77)
    await pipeline.openEndpoint()
    await app.delivered()
    await stored(pipeline, app)
    assertOnce(numbers(pipeline.endpoint.stored()))
    expect(app.stats().dropped).toBe(0)
  })

  test('loses nothing in an outage that is longer than its buffer holds', async () => {
    const pipeline = await Pipeline.start({
      replace: {
        'total_limit_size 8g': 'total_limit_size 200k',
        'chunk_limit_size 8m': 'chunk_limit_size 50k',
      },
    })
    const spoolDir = temporaryFolder()
    const app = new App(pipeline.fluentd.port, { spoolDir, maxBufferBytes: 100_000 })
    await pipeline.endpoint.close()
    await vi.waitFor(() => {
      app.wave(100)
      assert.include(pipeline.fluentd.log(), 'BufferOverflowError')
      assert.isAbove(bytesIn(spoolDir), 100_000)
    }, wait)
    expect(app.stats().pending).toBeGreaterThan(0)
    await pipeline.openEndpoint()
    await app.delivered()
    await stored(pipeline, app)
    expect(app.errors.join('\n')).toContain(`127.0.0.1:${pipeline.fluentd.port}`)
    expect(app.stats().dropped).toBe(0)
  })

  test('brings what a killed app had in its spool', async () => {
    const pipeline = await Pipeline.start()
    await pipeline.fluentd.kill()
    const spoolDir = temporaryFolder()
    const run = (count: number) =>
      spawn(process.execPath, [KILLED_APP, String(pipeline.fluentd.port), spoolDir, String(count)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
    const killed = run(2_000)
    await once(killed.stdout, 'data')
    await vi.waitFor(() => assert.isAbove(bytesIn(spoolDir), 50_000), wait)
    killed.kill('SIGKILL')
    await once(killed, 'exit')

    await pipeline.startFluentd()
    const next = run(0)
    const stats: HandlerStats[] = []
    createInterface(next.stdout).on('line', (line) => stats.push(JSON.parse(line)))
    await once(next, 'close')
    for (const { emitted, delivered, dropped, pending } of stats)
      assert.equal(emitted, delivered + dropped + pending)
    const { emitted = 0, delivered = 0 } = stats.at(-1) ?? {}
    expect(delivered).toBe(emitted)
    await vi.waitFor(() => assert.lengthOf(pipeline.endpoint.stored(), delivered), wait)
    for (const stream of ['footprint', 'action']) {
      const kept = numbers(pipeline.endpoint.stored(`actionlog-${stream}`))
      const first = stream === 'footprint' ? 0 : 1
      expect(kept).toEqual(kept.map((_, at) => first + 2 * at)) // what is lost was in memory: the last ones
    }
  })
})
