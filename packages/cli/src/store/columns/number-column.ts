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

  /** The smallest and the largest number, encoded; `undefined` if there is none. */
  range(): { min: Uint8Array; max: Uint8Array } | undefined {
    const { count } = this.presence
    if (count === 0) return undefined
    let min = Number.POSITIVE_INFINITY
    let max = Number.NEGATIVE_INFINITY
    for (let i = 0; i < count; i++) {
      const number = this.#numbers[i] as number
      if (number < min) min = number
      if (number > max) max = number
    }
    return { min: encode[this.type](Float64Array.of(min)), max: encode[this.type](Float64Array.of(max)) }
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
  TIMESTAMPTZ: (numbers) => int64Of(numbers, MICROSECONDS),
}

const MICROSECONDS = 1_000

/** In halves: a BigInt for each would cost more than all else, and a double does not hold all times in microseconds. */
export function int64Of(numbers: Float64Array, factor = 1): Uint8Array {
  const halves = new Uint32Array(numbers.length * 2)
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i] as number
    const high = Math.floor(number / 2 ** 32)
    const low = Math.round((number - high * 2 ** 32) * factor)
    halves[2 * i] = low % 2 ** 32
    halves[2 * i + 1] = high * factor + Math.floor(low / 2 ** 32)
  }
  return bytesOf(halves)
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array | Int32Array | Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
