import { Presence } from './presence.js'

export type NumberType = 'DOUBLE' | 'INTEGER' | 'BOOLEAN' | 'TIMESTAMPTZ'

/** Numbers of one type; truth as 1 or 0, times as milliseconds since 1970. */
export class NumberColumn {
  readonly presence: Presence = new Presence()
  readonly type: NumberType
  #numbers = new Float64Array(1 << 12)

  constructor(type: NumberType) {
    this.type = type
  }

  add(row: number, value: number): void {
    const at = this.presence.count
    this.presence.add(row)
    if (at === this.#numbers.length) {
      const larger = new Float64Array(at * 2)
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    this.#numbers[at] = value
  }

  /** The numbers in Parquet's plain encoding. */
  values(): Uint8Array {
    return encode[this.type](this.#numbers.subarray(0, this.presence.count))
  }

  clear(): void {
    this.presence.clear()
  }
}

const encode: Readonly<Record<NumberType, (numbers: Float64Array) => Uint8Array>> = {
  DOUBLE: bytesOf,
  INTEGER: (numbers) => bytesOf(new Int32Array(numbers)),
  BOOLEAN(numbers) {
    const bits = new Uint8Array(Math.ceil(numbers.length / 8))
    for (let i = 0; i < numbers.length; i++)
      bits[i >> 3] = (bits[i >> 3] as number) | ((numbers[i] as number) << (i & 7))
    return bits
  },
  TIMESTAMPTZ(numbers) {
    // halves: a BigInt for each would cost more than all else
    const halves = new Uint32Array(numbers.length * 2)
    for (let i = 0; i < numbers.length; i++) {
      const ms = numbers[i] as number
      const high = Math.floor(ms / 2 ** 32)
      halves[2 * i] = ms - high * 2 ** 32
      halves[2 * i + 1] = high
    }
    return bytesOf(halves)
  },
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array | Int32Array | Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
