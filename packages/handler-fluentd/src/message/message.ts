import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Part } from '@actionlog/core/delivery'
import { Encoder } from '@msgpack/msgpack'

const gzipped = promisify(gzip)
const encoder = new Encoder()
const none = new Uint8Array()
const ID_BYTES = 16

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
  const id = newId()
  const head = Buffer.alloc(5)
  head[0] = 0xc6 // binary, its length in 32 bits
  head.writeUInt32BE(entries.length, 1)
  const options = { size, chunk: id, ...(isCompressed && { compressed: 'gzip' }) }
  return { id, pieces: [Uint8Array.of(0x93), encoder.encode(tag), head, entries, encoder.encode(options)] }
}

let random: Buffer = Buffer.alloc(0)

/** An id as clients of the protocol make it. Random bytes are cheaper in bulk. */
function newId(): string {
  if (random.length === 0) random = randomBytes(256 * ID_BYTES)
  const id = random.toString('base64', 0, ID_BYTES)
  random = random.subarray(ID_BYTES)
  return id
}
