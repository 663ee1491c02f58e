import type { Bytes } from './bytes.js'

const CHUNK_BYTES = 4 << 20
const MAX_LINE_BYTES = 64 << 20

export type Chunk =
  /** Whole lines, the last with its newline. Valid until the next chunk is asked for. */
  | { readonly kind: 'lines'; readonly bytes: Buffer }
  /** A line over 64 MiB, of which only the beginning was kept. */
  | { readonly kind: 'long'; readonly reason: string; readonly text: string; readonly length: number }
  /** What follows the last newline. */
  | { readonly kind: 'rest'; readonly bytes: Buffer }

/** Cuts bytes at their newlines. The next chunk is read while the caller deals with the one before. */
export async function* wholeLines(source: Bytes): AsyncGenerator<Chunk> {
  let buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  let spare = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  let length = 0
  let reading = source.read(buffer, length)
  for (let read = await reading; read > 0; read = await reading) {
    const newline = buffer.subarray(length, length + read).lastIndexOf('\n')
    const end = newline < 0 ? 0 : length + newline + 1
    length += read
    if (end > 0) {
      const lines = buffer.subarray(0, end)
      length -= end
      const next = length < CHUNK_BYTES ? spare : Buffer.allocUnsafeSlow(length * 2)
      buffer.copy(next, 0, end, end + length)
      if (next === spare) spare = buffer.length === CHUNK_BYTES ? buffer : Buffer.allocUnsafeSlow(CHUNK_BYTES)
      buffer = next
      reading = source.read(buffer, length)
      reading.catch(() => {}) // the caller may not ask for more
      yield { kind: 'lines', bytes: lines }
      continue
    }
    if (length === buffer.length && length >= MAX_LINE_BYTES) {
      const text = buffer.toString('utf8', 0, 200)
      const { skipped, rest } = await skipLine(source, buffer)
      yield { kind: 'long', reason: 'is longer than 64 MiB', text, length: length + skipped }
      length = rest
    } else if (length === buffer.length) {
      const larger = Buffer.allocUnsafeSlow(length * 2)
      buffer.copy(larger)
      buffer = larger
    }
    reading = source.read(buffer, length)
  }
  const end = buffer.subarray(0, length).lastIndexOf('\n') + 1 // whole lines are left behind a long one
  if (end > 0) yield { kind: 'lines', bytes: buffer.subarray(0, end) }
  if (length > end) yield { kind: 'rest', bytes: buffer.subarray(end, length) }
}

/** Reads up to the next newline, and moves what follows it to the buffer's beginning. */
async function skipLine(source: Bytes, buffer: Buffer): Promise<{ skipped: number; rest: number }> {
  let skipped = 0
  for (;;) {
    const read = await source.read(buffer, 0)
    const newline = buffer.subarray(0, read).indexOf('\n') + 1
    if (read === 0 || newline > 0) {
      buffer.copyWithin(0, newline, read)
      return { skipped: skipped + newline, rest: read - newline }
    }
    skipped += read
  }
}
