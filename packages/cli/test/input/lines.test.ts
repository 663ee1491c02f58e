import { expect, test } from 'vitest'
import { openBytes } from '../../dist/input/bytes.js'
import { wholeLines } from '../../dist/input/lines.js'
import { logFolder } from './loaded-log.js'

const MB = 1 << 20

test.each([5, 9, 30])(
  'a line of %i MB is whole, and the lines behind it come in small parts again',
  async (size) => {
    const folder = logFolder()
    const short = `${'b'.repeat(99)}\n`.repeat(100_000)
    const text = `${short}${'a'.repeat(size * MB)}\n${short}${short}`
    const bytes = await openBytes(folder.write('a.log', text))
    const sizes: number[] = []
    let at = 0
    for await (const chunk of wholeLines(bytes)) {
      expect(chunk.kind).toBe('lines')
      if (chunk.kind === 'lines') {
        expect(chunk.bytes.at(-1)).toBe(0x0a)
        expect(text.slice(at, at + chunk.bytes.length) === chunk.bytes.toString('latin1')).toBe(true)
        at += chunk.bytes.length
        sizes.push(chunk.bytes.length)
      }
    }
    await bytes.close()
    folder.remove()
    expect(at).toBe(text.length)
    expect(Math.max(...sizes)).toBeGreaterThan(size * MB)
    expect(Math.max(...sizes.slice(-3))).toBeLessThanOrEqual(4 * MB)
  },
)
