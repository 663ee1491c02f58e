const SOON_RECORDS = 128
const MANY_RECORDS = 512
const MANY_CHARS = 262_144

/** A record that is not encoded yet. */
export interface Encodable {
  /** Records of one stream are kept in order, and sent together. */
  readonly stream: string
  /** How many characters its texts have; `undefined` if they are many. */
  readonly weight: number | undefined
  /** Returns the record's bytes in pieces, which the next call of any record may overwrite. */
  encode(): readonly Uint8Array[]
}

/** Records that are not encoded yet. They are encoded together a moment later, so that `emit()` costs little. */
export class Intake {
  #records: Encodable[] = []
  #chars = 0

  get isEmpty(): boolean {
    return this.#records.length === 0
  }

  /** @returns when the records must be encoded; `undefined`: when they are sent */
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
