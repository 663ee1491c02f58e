import { bytes, i32, i64, list, struct, type ThriftValue, TRUE, text, varint } from './thrift.js'

/** A column as Parquet stores it. */
export interface ParquetColumn {
  readonly name: string
  readonly type: ParquetType
  /** How many rows have a value. */
  readonly count: number
  /** A bit for each row, the lowest first: whether it has a value. Not read where all rows have one, or none has. */
  readonly present: Uint8Array
  /** The values that are there, in Parquet's plain encoding; with a dictionary its indices, packed. */
  readonly values: Uint8Array
  /** The different values, in the plain encoding. */
  readonly dictionary?: { readonly count: number; readonly values: Uint8Array } | undefined
  /** The smallest and the largest value, encoded: readers pass over row groups without a value they look for. */
  readonly range?: { readonly min: Uint8Array; readonly max: Uint8Array } | undefined
}

/** Rows by column. */
export interface RowGroup {
  readonly rows: number
  /** The same columns in all row groups of a file. */
  readonly columns: readonly ParquetColumn[]
}

export type ParquetType = keyof typeof TYPES

// the ids of Parquet's format: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
const TYPES = {
  BOOLEAN: { physical: 0 },
  INTEGER: { physical: 1 },
  BIGINT: { physical: 2 },
  DOUBLE: { physical: 5 },
  VARCHAR: { physical: 6, converted: 0 },
  JSON: { physical: 6, converted: 19 },
  /** Microseconds since 1970. */
  TIMESTAMPTZ: { physical: 2, converted: 10 },
} as const
const UTC_MICROSECONDS = struct({ 8: struct({ 1: TRUE, 2: struct({ 2: struct({}) }) }) })
const OPTIONAL = 1
const PLAIN = 0
const RLE = 3
const RLE_DICTIONARY = 8
const DATA_PAGE = 0
const DICTIONARY_PAGE = 2
const MAGIC = Buffer.from('PAR1')

/** A Parquet file as it grows: uncompressed, with one data page for each column of a row group. Values are not copied. */
export class ParquetFile {
  readonly #groups: ThriftValue[] = []
  #columns: readonly ParquetColumn[] = []
  #rows = 0
  #offset = 0

  get rows(): number {
    return this.#rows
  }

  /** @returns what the file goes on with */
  add({ rows, columns }: RowGroup): Uint8Array[] {
    const parts: Uint8Array[] = this.#offset === 0 ? [MAGIC] : []
    let offset = this.#offset || MAGIC.length
    const start = offset
    const chunks = columns.map((column) => {
      const dictionary = dictionaryPage(column)
      const data = [...dictionary, ...dataPage(column, rows)]
      const size = sizeOf(data)
      parts.push(...data)
      offset += size
      return columnChunk(column, rows, offset - size, size, sizeOf(dictionary))
    })
    this.#groups.push(struct({ 1: list(chunks), 2: i64(offset - start), 3: i64(rows) }))
    this.#columns = columns
    this.#rows += rows
    this.#offset = offset
    return parts
  }

  /** @returns how the file ends; it must have a row group */
  end(): Uint8Array[] {
    const schema = [
      struct({ 4: text('requests'), 5: i32(this.#columns.length) }),
      ...this.#columns.map(schemaElement),
    ]
    const footer = Buffer.from(
      struct({ 1: i32(1), 2: list(schema), 3: i64(this.#rows), 4: list(this.#groups), 6: text('actionlog') })
        .bytes,
    )
    const footerSize = Buffer.alloc(4)
    footerSize.writeUInt32LE(footer.length)
    return [footer, footerSize, MAGIC]
  }
}

/** Which rows have a value, in Parquet's hybrid encoding: one run, behind its length. */
function presenceLevels({ count, present }: ParquetColumn, rows: number): Buffer {
  const groups = Math.ceil(rows / 8)
  const run =
    count === 0 || count === rows
      ? [Buffer.from([...varint(rows * 2), count === 0 ? 0 : 1])]
      : [Buffer.from(varint(groups * 2 + 1)), present.subarray(0, groups)]
  const size = Buffer.alloc(4)
  size.writeUInt32LE(sizeOf(run))
  return Buffer.concat([size, ...run])
}

function dataPage(column: ParquetColumn, rows: number): Uint8Array[] {
  const page = [presenceLevels(column, rows), column.values]
  const encoding = column.dictionary ? RLE_DICTIONARY : PLAIN
  const header = struct({ 1: i32(rows), 2: i32(encoding), 3: i32(RLE), 4: i32(RLE) })
  return [pageHeader(DATA_PAGE, sizeOf(page), { 5: header }), ...page]
}

function dictionaryPage({ dictionary }: ParquetColumn): Uint8Array[] {
  if (!dictionary) return []
  const header = struct({ 1: i32(dictionary.count), 2: i32(PLAIN) })
  return [pageHeader(DICTIONARY_PAGE, dictionary.values.length, { 7: header }), dictionary.values]
}

function pageHeader(type: number, size: number, header: Readonly<Record<number, ThriftValue>>): Buffer {
  return Buffer.from(struct({ 1: i32(type), 2: i32(size), 3: i32(size), ...header }).bytes)
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0)
}

function columnChunk(
  { name, type, count, range, dictionary }: ParquetColumn,
  rows: number,
  offset: number,
  size: number,
  dictionarySize: number,
): ThriftValue {
  const metadata = struct({
    1: i32(TYPES[type].physical),
    2: list([PLAIN, RLE, RLE_DICTIONARY].map(i32)),
    3: list([text(name)]),
    4: i32(0), // not compressed
    5: i64(rows),
    6: i64(size),
    7: i64(size),
    9: i64(offset + dictionarySize),
    ...(dictionary && { 11: i64(offset) }),
    12: struct({ 3: i64(rows - count), ...(range && { 5: bytes(range.max), 6: bytes(range.min) }) }),
  })
  return struct({ 2: i64(offset), 3: metadata })
}

function schemaElement({ name, type }: ParquetColumn): ThriftValue {
  const { physical, ...more } = TYPES[type]
  return struct({
    1: i32(physical),
    3: i32(OPTIONAL),
    4: text(name),
    ...('converted' in more && { 6: i32(more.converted) }),
    ...(type === 'TIMESTAMPTZ' && { 10: UTC_MICROSECONDS }),
  })
}
