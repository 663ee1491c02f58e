import { decode } from '@msgpack/msgpack'
import { FOREIGN, type ValueLimits, valueEnd } from './value-end.js'

// what a server may say in each phase of a connection: it never needs more
const HANDSHAKE: ValueLimits = { maxBytes: 16_384, maxDepth: 4, maxValues: 64 }
const ACKNOWLEDGEMENTS: ValueLimits = { maxBytes: 4_096, maxDepth: 2, maxValues: 16 }

/** Splits the bytes that a server sends into values of MessagePack, each bounded in depth, size and number of parts. */
export class Answers {
  #rest: Buffer = Buffer.alloc(0)
  /** Whether the handshake is over. */
  isReady: boolean = false;

  /**
   * Adds bytes and yields the values that are whole; strings in them are bytes.
   * @throws Error if a value is none that a server may send
   */
  *read(bytes: Uint8Array): Generator<unknown> {
    this.#rest = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes])
    while (this.#rest.length > 0) {
      const end = valueEnd(this.#rest, this.isReady ? ACKNOWLEDGEMENTS : HANDSHAKE)
      if (end === undefined) return
      const value = this.#rest.subarray(0, end)
      this.#rest = this.#rest.subarray(end)
      yield decodeValue(value)
    }
  }
}

function decodeValue(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, { rawStrings: true }) // Fluent Bit's nonce is bytes in a string
  } catch {
    throw new Error(FOREIGN)
  }
}
