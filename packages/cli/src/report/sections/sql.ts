import { type SqlAnswer, sql } from '../../questions/sql.js'
import type { Unit, Value } from '../../terminal/format-value.js'
import { type ColumnOf, panel } from '../panel.js'
import { type Asking, limitOf, type Section } from './section.js'

/** The answer to the user's own SELECT. */
export async function sqlSection(asking: Asking, text: string): Promise<Section & { answer: SqlAnswer }> {
  const answer = await sql(asking.store, text, limitOf(asking, 1_000), asking.signal)
  const columns = answer.columns.map(
    (name, i): ColumnOf<readonly unknown[]> => ({
      name,
      unit: unitOf(answer.types[i]),
      value: (row) => plain(row[i]),
    }),
  )
  const notes = [
    answer.rows.length === 0 && 'There is no row.',
    answer.truncated && `Only the first ${answer.rows.length} rows are shown; --limit shows more.`,
  ]
  return { name: 'sql', answer, panels: [panel('', answer.rows, columns, notes)] }
}

function unitOf(type = ''): Unit {
  if (/^(TIMESTAMP|DATE)/.test(type)) return 'time'
  return /INT|^DOUBLE|^FLOAT|^DECIMAL/.test(type) ? 'number' : 'text'
}

function plain(value: unknown): Value {
  if (typeof value === 'object' && value !== null) return JSON.stringify(value)
  return value as Value
}
