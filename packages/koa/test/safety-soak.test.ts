import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

interface Soaked {
  requests: number
  counts: { footprints: number; failed: number; aborted: number }
  stats: object
  measures: { heap: number; listeners: object[] }[]
}

const MAX_GROWTH_BYTES = 2 * 1_048_576 // in 80,000 requests: 26 each, less than anything that is kept

it('100,000 requests leave a valid line each, no listener and no memory', { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'actionlog-soak-'))
  try {
    const script = join(import.meta.dirname, 'fixtures/soak.mjs')
    const node = ['--expose-gc', script, join(folder, 'soak.log')]
    const { stdout, stderr } = await promisify(execFile)(process.execPath, node)
    const { requests, counts, stats, measures } = JSON.parse(stdout) as Soaked
    expect(stderr).toBe('')
    expect(counts).toEqual({ footprints: requests, failed: expect.any(Number), aborted: 400 })
    expect(stats).toEqual({ emitted: requests, delivered: requests, dropped: 0, pending: 0 })
    const [early, late] = [measures[1], measures.at(-1)]
    expect(late?.listeners).toEqual(early?.listeners)
    expect((late?.heap ?? 0) - (early?.heap ?? 0)).toBeLessThan(MAX_GROWTH_BYTES)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
