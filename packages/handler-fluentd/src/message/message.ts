import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Part } from '@actionlog/core/delivery'
import { encode } from '@msgpack/msgpack'

const gzipped = promisify(gzip)
const none = new Uint8Array()

/** One message of the forward protocol. */
export interface Message {
  /** Names the message in its acknowledgement. */
  readonly id: string
  /** The message, in pieces that need no copy. */
  readonly pieces: readonly Uint8Array[]
}

/** `[tag, entries, options]`: PackedForward, or CompressedPackedForward. */
export async function messageOf({ stream, entries, records }: Part, compress: boolean): Promise<Message> {
  return pack(stream, compress ? await gzipped(entries) : entries, records, compress)
}

/** A message without entries: a server acknowledges it, and has nothing to keep. */
export function emptyMessage(tag: string): Message {
  return pack(tag, none, 0, false)
}

function pack(tag: string, entries: Uint8Array, size: number, isCompressed: boolean): Message {
  const id = randomBytes(16).toString('base64')
  const head = Buffer.alloc(5)
  head[0] = 0xc6 // binary, its length in 32 bits
  head.writeUInt32BE(entries.length, 1)
  const options = { size, chunk: id, ...(isCompressed && { compressed: 'gzip' }) }
  return { id, pieces: [Uint8Array.of(0x93), encode(tag), head, entries, encode(options)] }
}
