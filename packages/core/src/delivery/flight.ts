import type { Chunk } from './chunk.js'

/**
 * Chunks that are sent at once: together at most so many bytes, each of another stream, as a lost acknowledgement would
 * change the order within one. One that may hold a refused record is sent alone.
 */
export class Flight {
  readonly chunks: Chunk[] = []
  readonly #maxBytes: number
  readonly #streams = new Set<string>()
  #bytes = 0

  /** @param sending chunks that are on their way already */
  constructor(maxBytes: number, sending: Iterable<Chunk> = []) {
    this.#maxBytes = maxBytes
    for (const chunk of sending) this.#count(chunk)
  }

  /** Whether the chunk may be sent beside the others. */
  hasRoomFor(chunk: Chunk): boolean {
    if (this.#streams.size === 0) return true
    const isSuspect = chunk.suspect !== undefined || this.chunks[0]?.suspect !== undefined
    return !isSuspect && this.#bytes + chunk.size <= this.#maxBytes && !this.#streams.has(chunk.stream)
  }

  add(chunk: Chunk): void {
    this.chunks.push(chunk)
    this.#count(chunk)
  }

  #count({ stream, size }: Chunk): void {
    this.#streams.add(stream)
    this.#bytes += size
  }
}
