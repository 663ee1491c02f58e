import { type Columns, requests } from '../schema.js'

const { id: _, time: __, other: ___, ...rest }: Columns = requests

/** The columns that a line may give as they are, each at its index. */
export const scannedColumns: readonly { readonly name: string; readonly type: string }[] = Object.entries(
  rest,
).map(([name, type]) => ({ name, type }))

/** What a line of JSON says of each column, by the column's index. Used again for the next line. */
export class ScannedRow {
  /** Milliseconds since 1970. */
  time = 0
  /** A bit for each column that has a value other than null. */
  present = 0
  /** A bit for each text with a `\` in it. */
  escaped = 0
  /** Where a text begins and ends, without its quotes, or any JSON. */
  readonly starts: Int32Array = new Int32Array(scannedColumns.length)
  readonly ends: Int32Array = new Int32Array(scannedColumns.length)
  /** Numbers; truth as 1 or 0. */
  readonly numbers: Float64Array = new Float64Array(scannedColumns.length)
}
