/** A value in Thrift's compact protocol, in which Parquet writes its headers. */
export interface ThriftValue {
  readonly type: number
  readonly bytes: readonly number[]
}

export const TRUE: ThriftValue = { type: 1, bytes: [] }

/** @param value an integer from 0 to 2^52 */
export function i32(value: number): ThriftValue {
  return { type: 5, bytes: varint(value * 2) }
}

/** @param value an integer from 0 to 2^52 */
export function i64(value: number): ThriftValue {
  return { type: 6, bytes: varint(value * 2) }
}

export function text(value: string): ThriftValue {
  return bytes(Buffer.from(value))
}

export function bytes(value: Uint8Array): ThriftValue {
  return { type: 8, bytes: [...varint(value.length), ...value] }
}

/** @param items at least one, all of one type */
export function list(items: readonly ThriftValue[]): ThriftValue {
  const type = items[0]?.type ?? 0
  const head = items.length < 15 ? [(items.length << 4) | type] : [0xf0 | type, ...varint(items.length)]
  return { type: 9, bytes: [...head, ...items.flatMap(({ bytes }) => bytes)] }
}

/** @param fields by their ids, from 1 on; no two neighbours are more than 15 apart */
export function struct(fields: Readonly<Record<number, ThriftValue>>): ThriftValue {
  const bytes: number[] = []
  let last = 0
  for (const [key, field] of Object.entries(fields)) {
    const id = Number(key)
    bytes.push(((id - last) << 4) | field.type)
    for (const byte of field.bytes) bytes.push(byte) // too many for arguments
    last = id
  }
  return { type: 12, bytes: [...bytes, 0] }
}

/** Seven bits a byte, the lowest first. */
export function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80)
  bytes.push(rest)
  return bytes
}
