const SOON_RECORDS = 128
const MANY_RECORDS = 512
const MANY_CHARS = 262_144

/** A record that is not encoded yet. */
export interface Encodable {
  /** Records of one stream are kept in order, and sent together. */
  readonly stream: string
  /** Characters of its texts; `undefined` if they are many. */
  readonly weight: number | undefined
  /** The record's bytes, in pieces; they are good until the next call. */
  encode(): readonly Uint8Array[]
}

/** Records that are not encoded yet: encoding many together, a moment later, costs the caller nothing. */
export class Intake {
  #records: Encodable[] = []
  #chars = 0

  get isEmpty(): boolean {
    return this.#records.length === 0
  }

  /** @returns when the records are to be encoded, if it is not only when they are sent */
  add(record: Encodable): 'now' | 'soon' | undefined {
    this.#chars += record.weight ?? MANY_CHARS
    const count = this.#records.push(record)
    if (count >= MANY_RECORDS || this.#chars >= MANY_CHARS) return 'now'
    return count >= SOON_RECORDS ? 'soon' : undefined
  }

  takeAll(): Encodable[] {
    const records = this.#records
    this.#records = []
    this.#chars = 0
    return records
  }
}
