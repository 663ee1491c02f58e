import { packIndices } from '../parquet/packed-indices.js'
import { Presence } from './presence.js'
import { TextDictionary } from './text-dictionary.js'

const FIRST_BYTES = 1 << 16
const FIRST_INDICES = 1 << 12
const LENGTH_BYTES = 4
/** From here on a copy by the engine is faster than a loop: it needs an object. */
const LONG = 400

/**
 * Texts in Parquet's plain encoding: each behind its length in bytes. As long as few of them differ, each is kept once,
 * and the rows have its index.
 */
export class TextColumn {
  readonly presence: Presence = new Presence()
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES)
  #length = 0
  /** Undefined from the first batch on in which too many texts differed. */
  #dictionary: TextDictionary | undefined = new TextDictionary()
  #indices = new Uint16Array(FIRST_INDICES)

  /** About as many as it will have in the file. */
  get byteLength(): number {
    return this.#length + (this.#dictionary ? this.presence.count : 0)
  }

  /** The different texts, if the rows have indices. */
  get dictionary(): { readonly count: number; readonly values: Uint8Array } | undefined {
    if (!this.#dictionary || this.presence.count === 0) return undefined
    return { count: this.#dictionary.count, values: this.#texts }
  }

  /** @param start in `bytes`, of UTF-8 that needs no change */
  add(row: number, bytes: Uint8Array, start: number, end: number): void {
    this.presence.add(row)
    if (this.#addKnown(bytes, start, end)) return
    const size = end - start
    const first = this.#reserve(size)
    const into = this.#bytes
    if (size < LONG) for (let i = start, to = first; i < end; i++) into[to++] = bytes[i] as number
    else into.set(bytes.subarray(start, end), first)
    this.#append(size)
  }

  /** Adds a JSON string's content, in which `\` stands before single characters only. */
  addEscaped(row: number, bytes: Uint8Array, start: number, end: number): void {
    this.presence.add(row)
    const first = this.#reserve(end - start)
    const into = this.#bytes
    let to = first
    for (let i = start; i < end; i++) {
      const byte = bytes[i] as number
      into[to++] = byte === 0x5c ? (UNESCAPED[bytes[++i] as number] as number) : byte
    }
    if (!this.#addKnown(into, first, to)) this.#append(to - first)
  }

  addText(row: number, text: string): void {
    this.presence.add(row)
    const size = Buffer.byteLength(text)
    const first = this.#reserve(size)
    this.#bytes.write(text, first)
    if (!this.#addKnown(this.#bytes, first, first + size)) this.#append(size)
  }

  /** The texts, or their indices, as the data page has them. */
  values(): Uint8Array {
    const { dictionary } = this
    if (!dictionary) return this.#texts
    return packIndices(this.#indices.subarray(0, this.presence.count), dictionary.count)
  }

  clear(): void {
    this.presence.clear()
    this.#dictionary?.clear()
    this.#length = 0
  }

  get #texts(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Gives the newest row the index of that text. @returns whether there is one */
  #addKnown(bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.#dictionary) return false
    const index = this.#dictionary.find(this.#bytes, bytes, start, end)
    if (index < 0) return false
    this.#addIndex(index)
    return true
  }

  #addIndex(index: number): void {
    const at = this.presence.count - 1
    if (at === this.#indices.length) {
      const larger = new Uint16Array(at * 2)
      larger.set(this.#indices)
      this.#indices = larger
    }
    this.#indices[at] = index
  }

  /** Makes room for a text. @returns where its bytes go */
  #reserve(atMost: number): number {
    const needed = this.#length + LENGTH_BYTES + atMost
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
      this.#bytes.copy(larger, 0, 0, this.#length)
      this.#bytes = larger
    }
    return this.#length + LENGTH_BYTES
  }

  /** Adds the text of so many bytes that was written where `#reserve()` said. */
  #append(size: number): void {
    const at = this.#length
    const into = this.#bytes
    into[at] = size
    into[at + 1] = size >> 8
    into[at + 2] = size >> 16
    into[at + 3] = size >> 24
    this.#length = at + LENGTH_BYTES + size
    if (!this.#dictionary) return
    this.#addIndex(this.#dictionary.add(at + LENGTH_BYTES, this.#length))
    if (this.#dictionary.isFull) this.#leaveDictionary(this.#dictionary)
  }

  /** Writes the text of each row, and goes on so. */
  #leaveDictionary(dictionary: TextDictionary): void {
    const texts = this.#bytes
    const indices = this.#indices.subarray(0, this.presence.count)
    let needed = 0
    for (const index of indices) needed += LENGTH_BYTES + dictionary.endOf(index) - dictionary.startOf(index)
    const all = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, needed * 2))
    let to = 0
    for (const index of indices)
      to += texts.copy(all, to, dictionary.startOf(index) - LENGTH_BYTES, dictionary.endOf(index))
    this.#bytes = all
    this.#length = to
    this.#dictionary = undefined
    this.#indices = new Uint16Array(0)
  }
}

const UNESCAPED = new Uint8Array(256)
for (const [letter, character] of Object.entries({
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}))
  UNESCAPED[letter.charCodeAt(0)] = character.charCodeAt(0)
