import { AppendQueue, type Slot } from '../../../src/delivery/spool/appends.js'
import type { SpoolEntry } from '../../../src/delivery/spool/frame.js'

describe('entries that are being written', () => {
  it('are never written before an earlier one that failed', async () => {
    const kept: SpoolEntry[] = []
    const first = { records: 1, bytes: Buffer.alloc(9_000) }
    const second = { records: 1, bytes: Buffer.alloc(10) }
    const appends = new AppendQueue((entry): Slot => {
      const writeSync = (): void => assert.isBelow(entry.bytes.length, 100, 'no space')
      return { write: () => new Promise(() => {}), writeSync, keep: () => kept.push(entry), giveUp: () => {} }
    })
    const written = appends.append(first)
    expect(() => appends.appendSync(second)).toThrow('no space')
    await expect(written).rejects.toThrow('no space')
    expect(kept).toEqual([])
    appends.appendSync(second)
    expect(kept).toEqual([second])
  })
})
