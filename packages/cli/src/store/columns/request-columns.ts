import type { ParquetColumn, RowGroup } from '../parquet/parquet-file.js'
import { requests } from '../schema.js'
import { toJson, toNumber, toText } from './cast.js'
import { NumberColumn, type NumberType } from './number-column.js'
import { type ScannedRow, scannedColumns } from './scanned-row.js'
import { TextColumn } from './text-column.js'

type Column = TextColumn | NumberColumn

const BYTES_PER_ROW = 48 // of numbers and bits, about
let textBits = 0
for (const [index, { type }] of scannedColumns.entries()) if (isText(type)) textBits |= 1 << index

/** Rows of the table `requests`, kept by column: DuckDB takes a Parquet file much faster than JSON. */
export class RequestColumns {
  #rows = 0
  readonly #time = new NumberColumn('TIMESTAMPTZ')
  readonly #scanned: readonly Column[] = scannedColumns.map(({ type }) => newColumn(type))
  readonly #other = new TextColumn()

  get rows(): number {
    return this.#rows
  }

  /** About as many as the file will have. */
  get byteLength(): number {
    let sum = this.#rows * BYTES_PER_ROW + this.#other.byteLength
    for (const column of this.#scanned) if (column instanceof TextColumn) sum += column.byteLength
    return sum
  }

  /** Adds a line of JSON. @param bytes what `scanned` points into */
  addScanned(bytes: Uint8Array, scanned: ScannedRow): void {
    const row = this.#rows++
    const { present, escaped, starts, ends, numbers } = scanned
    this.#time.add(row, scanned.time)
    for (let bits = present & textBits; bits !== 0; bits &= bits - 1) {
      const index = 31 - Math.clz32(bits & -bits)
      const column = this.#scanned[index] as TextColumn
      const start = starts[index] as number
      const end = ends[index] as number
      if (escaped & (1 << index)) column.addEscaped(row, bytes, start, end)
      else column.add(row, bytes, start, end)
    }
    for (let bits = present & ~textBits; bits !== 0; bits &= bits - 1) {
      const index = 31 - Math.clz32(bits & -bits)
      const column = this.#scanned[index] as NumberColumn
      column.add(row, numbers[index] as number)
    }
  }

  /**
   * Adds a footprint as an object. A value that does not fit its column is left out; fields that are no column go
   * into `other`.
   */
  addRecord(record: Readonly<Record<string, unknown>>): void {
    const row = this.#rows++
    const time = toNumber.TIMESTAMPTZ(record.time)
    if (time !== undefined) this.#time.add(row, time)
    for (const [index, { name, type }] of scannedColumns.entries()) {
      const column = this.#scanned[index] as Column
      const value = Object.hasOwn(record, name) ? record[name] : null
      if (column instanceof NumberColumn) {
        const number = toNumber[column.type](value)
        if (number !== undefined) column.add(row, number)
      } else {
        const text = type === 'JSON' ? toJson(value) : toText(value)
        if (text !== undefined) column.addText(row, text)
      }
    }
    const other = otherFields(record)
    if (other) this.#other.addText(row, JSON.stringify(other))
  }

  /** All rows; valid until the columns are changed. */
  toRowGroup(): RowGroup {
    const all = [
      { name: 'time', type: 'TIMESTAMPTZ', column: this.#time },
      { name: 'other', type: 'JSON', column: this.#other },
      ...scannedColumns.map((named, index) => ({ ...named, column: this.#scanned[index] as Column })),
    ]
    const columns = all.map(({ name, type, column }) => {
      column.presence.reserve(this.#rows)
      const { count, bits } = column.presence
      const range = column instanceof NumberColumn ? column.range() : undefined
      return {
        name,
        type: type as ParquetColumn['type'],
        count,
        present: bits,
        values: column.values(),
        dictionary: column instanceof TextColumn ? column.dictionary : undefined,
        range,
      }
    })
    return { rows: this.#rows, columns }
  }

  clear(): void {
    this.#rows = 0
    for (const column of [this.#time, this.#other, ...this.#scanned]) column.clear()
  }
}

function newColumn(type: string): Column {
  return isText(type) ? new TextColumn() : new NumberColumn(type as NumberType)
}

function isText(type: string): boolean {
  return type === 'VARCHAR' || type === 'JSON'
}

/** The fields that have no column of their own. */
function otherFields(record: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  let other: Record<string, unknown> | undefined
  for (const [name, value] of Object.entries(record)) {
    if (name === 'label_name') continue
    if (name !== 'id' && name !== 'other' && Object.hasOwn(requests, name)) continue
    other ??= Object.create(null) as Record<string, unknown>
    other[name] = value
  }
  return other
}
