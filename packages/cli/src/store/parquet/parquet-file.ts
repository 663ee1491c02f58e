import { i32, i64, list, struct, type ThriftValue, TRUE, text, varint } from './thrift.js'

/** A column as Parquet stores it. */
export interface ParquetColumn {
  readonly name: string
  readonly type: ParquetType
  /** How many rows have a value. */
  readonly count: number
  /** A bit for each row, the lowest first: whether it has a value. */
  readonly present: Uint8Array
  /** The values that are there, in Parquet's plain encoding. */
  readonly values: Uint8Array
}

export type ParquetType = keyof typeof TYPES

// the ids of Parquet's format: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
const TYPES = {
  BOOLEAN: { physical: 0 },
  INTEGER: { physical: 1 },
  DOUBLE: { physical: 5 },
  VARCHAR: { physical: 6, converted: 0 },
  JSON: { physical: 6, converted: 19 },
  /** Milliseconds since 1970. */
  TIMESTAMPTZ: { physical: 2, converted: 9 },
} as const
const UTC_MILLISECONDS = struct({ 8: struct({ 1: TRUE, 2: struct({ 1: struct({}) }) }) })
const REQUIRED = 0
const OPTIONAL = 1
const PLAIN = 0
const RLE = 3
const MAGIC = Buffer.from('PAR1')

/** The parts of a Parquet file of one row group, uncompressed, with one page for each column. Values are not copied. */
export function parquetFile(columns: readonly ParquetColumn[], rows: number): Uint8Array[] {
  const parts: Uint8Array[] = [MAGIC]
  const chunks: ThriftValue[] = []
  let offset = MAGIC.length
  let total = 0
  for (const column of columns) {
    const levels = column.count === rows ? Buffer.alloc(0) : presenceLevels(column.present, rows)
    const header = pageHeader(levels.length + column.values.length, rows)
    const size = header.length + levels.length + column.values.length
    parts.push(header, levels, column.values)
    chunks.push(columnChunk(column, rows, offset, size))
    offset += size
    total += size
  }
  const rowGroup = struct({ 1: list(chunks), 2: i64(total), 3: i64(rows) })
  const schema = [
    struct({ 4: text('requests'), 5: i32(columns.length) }),
    ...columns.map((column) => schemaElement(column, rows)),
  ]
  const footer = Buffer.from(
    struct({ 1: i32(1), 2: list(schema), 3: i64(rows), 4: list([rowGroup]), 6: text('actionlog') }).bytes,
  )
  const footerSize = Buffer.alloc(4)
  footerSize.writeUInt32LE(footer.length)
  return [...parts, footer, footerSize, MAGIC]
}

/** The bits as one run of Parquet's hybrid encoding, behind its length. */
function presenceLevels(present: Uint8Array, rows: number): Buffer {
  const groups = Math.ceil(rows / 8)
  const head = varint(groups * 2 + 1)
  const size = Buffer.alloc(4)
  size.writeUInt32LE(head.length + groups)
  return Buffer.concat([size, Buffer.from(head), present.subarray(0, groups)])
}

function pageHeader(size: number, rows: number): Buffer {
  const page = struct({ 1: i32(rows), 2: i32(PLAIN), 3: i32(RLE), 4: i32(RLE) })
  return Buffer.from(struct({ 1: i32(0), 2: i32(size), 3: i32(size), 5: page }).bytes)
}

function columnChunk({ name, type }: ParquetColumn, rows: number, offset: number, size: number): ThriftValue {
  const metadata = struct({
    1: i32(TYPES[type].physical),
    2: list([i32(PLAIN), i32(RLE)]),
    3: list([text(name)]),
    4: i32(0), // not compressed
    5: i64(rows),
    6: i64(size),
    7: i64(size),
    9: i64(offset),
  })
  return struct({ 2: i64(offset), 3: metadata })
}

function schemaElement({ name, type, count }: ParquetColumn, rows: number): ThriftValue {
  const { physical, ...more } = TYPES[type]
  return struct({
    1: i32(physical),
    3: i32(count === rows ? REQUIRED : OPTIONAL),
    4: text(name),
    ...('converted' in more && { 6: i32(more.converted) }),
    ...(type === 'TIMESTAMPTZ' && { 10: UTC_MILLISECONDS }),
  })
}
