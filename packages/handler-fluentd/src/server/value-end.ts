export const FOREIGN = 'the server does not speak the forward protocol'

export interface ValueLimits {
  readonly maxBytes: number
  readonly maxDepth: number
  /** The most values in a value, itself included. */
  readonly maxValues: number
}

/**
 * Where the first MessagePack value of the bytes ends; `undefined` if it is not whole yet. Reads lengths only, so that
 * nothing is allocated for a value that breaks a limit. https://github.com/msgpack/msgpack/blob/master/spec.md
 * @throws Error if the value breaks a limit, or is not MessagePack
 */
export function valueEnd(bytes: Buffer, { maxBytes, maxDepth, maxValues }: ValueLimits): number | undefined {
  /** How many values are still missing in each open list or map. */
  const open = [1]
  let at = 0
  for (let values = 1; open.length > 0; values++) {
    const head = headAt(bytes, at)
    if (head && (head.end > maxBytes || head.items > maxValues)) throw new Error(FOREIGN)
    if (!head || head.end > bytes.length) {
      if (bytes.length >= maxBytes || values > maxValues) throw new Error(FOREIGN)
      return undefined
    }
    if (values > maxValues) throw new Error(FOREIGN)
    at = head.end
    open.push((open.pop() as number) - 1)
    if (head.items > 0) open.push(head.items)
    if (open.length > maxDepth + 1) throw new Error(FOREIGN)
    while (open.at(-1) === 0) open.pop()
  }
  return at
}

/** The beginning of a value, without the values inside it. */
interface Head {
  readonly end: number
  /** How many values follow inside it. A map has two for each key. */
  readonly items: number
}

/** Reads the head of the value at that place. Returns `undefined` if its length has not arrived yet. */
function headAt(bytes: Buffer, at: number): Head | undefined {
  const type = bytes[at]
  if (type === undefined) return undefined
  if (type < 0x80 || type >= 0xe0) return { end: at + 1, items: 0 }
  if (type < 0x90) return { end: at + 1, items: 2 * (type & 0x0f) }
  if (type < 0xa0) return { end: at + 1, items: type & 0x0f }
  if (type < 0xc0) return { end: at + 1 + (type & 0x1f), items: 0 }
  const fixed = FIXED_BYTES[type]
  if (fixed !== undefined) return { end: at + 1 + fixed, items: 0 }
  const lengthBytes = LENGTH_BYTES[type]
  if (lengthBytes === undefined) throw new Error(FOREIGN)
  if (at + 1 + lengthBytes > bytes.length) return undefined
  const length = bytes.readUIntBE(at + 1, lengthBytes)
  const end = at + 1 + lengthBytes
  if (type >= 0xde) return { end, items: 2 * length }
  if (type >= 0xdc) return { end, items: length }
  return { end: end + length + (type >= 0xc7 && type <= 0xc9 ? 1 : 0), items: 0 }
}

/** Bytes behind the type, by type: nil, booleans, numbers, and extensions of fixed size. */
const FIXED_BYTES: Readonly<Record<number, number>> = {
  192: 0,
  194: 0,
  195: 0,
  202: 4,
  203: 8,
  204: 1,
  205: 2,
  206: 4,
  207: 8,
  208: 1,
  209: 2,
  210: 4,
  211: 8,
  212: 2,
  213: 3,
  214: 5,
  215: 9,
  216: 17,
}

/** Bytes of the length, by type: binaries, extensions, strings; lists and maps. */
const LENGTH_BYTES: Readonly<Record<number, number>> = {
  196: 1,
  197: 2,
  198: 4,
  199: 1,
  200: 2,
  201: 4,
  217: 1,
  218: 2,
  219: 4,
  220: 2,
  221: 4,
  222: 2,
  223: 4,
}
