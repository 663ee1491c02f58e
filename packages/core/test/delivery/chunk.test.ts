import { Chunk, type Run, readChunk } from '../../src/delivery/chunk.js'
import { Account } from '../../src/handler/account.js'

const account = new Account()
const receipts = [0, 1, 2].map(() => {
  const receipt = account.countEmitted(100)
  void account.settled() // the next records have another receipt
  return receipt
})

/** A chunk of one-letter records, ten of each receipt. */
function chunkOf(letters: string): Chunk {
  const chunk = new Chunk('stream')
  for (const [at, letter] of [...letters].entries())
    chunk.append(receipts[Math.floor(at / 10)] as never, [Buffer.from(letter), Buffer.from('!')], 2)
  return chunk
}

const text = ({ entries }: { readonly entries: Uint8Array }): string => Buffer.from(entries).toString()
const counts = (runs: readonly Run[]): number[] => runs.map(({ records }) => records)

describe('a chunk', () => {
  test('sends its records in order, an eighth at once after a failure, and twice as many after a success', () => {
    const chunk = chunkOf('abcdefghijklmnop')
    expect(chunk.next().records).toBe(16)
    chunk.shrink()
    expect(text(chunk.next())).toBe('a!b!')
    chunk.remove(chunk.next())
    chunk.grow()
    expect(text(chunk.next())).toBe('c!d!e!f!')
    expect(chunk.records).toBe(14)
  })

  test('gives the receipts of the records that are taken out, from its front or its middle', () => {
    const chunk = chunkOf('abcdefghijklmnopqrstuvwxyz')
    const middle = chunk.single(12) as never
    expect(text(middle)).toBe('m!')
    const [run] = chunk.remove(middle)
    expect(run).toEqual({ receipt: receipts[1], records: 1 })
    expect(text(chunk.rest())).toBe('a!b!c!d!e!f!g!h!i!j!k!l!n!o!p!q!r!s!t!u!v!w!x!y!z!')
    expect(counts(chunk.remove(chunk.rest()))).toEqual([10, 9, 6])
    expect(chunk.records).toBe(0)
    expect(chunk.single(0)).toBe(undefined)
  })

  test('gives no receipt twice', () => {
    const chunk = chunkOf('abc')
    const part = chunk.next()
    expect(counts(chunk.remove(part))).toEqual([3])
    expect(chunk.remove(part)).toEqual([])
  })

  test('can be read from its bytes, as far as it is not sent', () => {
    const chunk = chunkOf('abcdef')
    chunk.remove(chunk.single(0) as never)
    chunk.remove(chunk.single(2) as never)
    const read = readChunk(chunk.toBytes(), receipts[0] as never)
    expect([read.stream, read.records, text(read.rest())]).toEqual(['stream', 4, 'b!c!e!f!'])
  })

  test('is not read from bytes that are no chunk, wherever they are cut or changed', () => {
    const bytes = chunkOf('abcdef').toBytes()
    for (let end = 0; end < bytes.length; end++)
      expect(() => readChunk(bytes.subarray(0, end), receipts[0] as never)).toThrow()
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = 0xff
      try {
        const { records } = readChunk(changed, receipts[0] as never)
        expect(records).toBe(6)
      } catch (error) {
        expect((error as Error).message).toMatch(/cannot be read|is wrong/)
      }
    }
  })
})
