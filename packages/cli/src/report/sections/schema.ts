import { schema } from '../../questions/schema.js'
import { type ColumnOf, panel } from '../panel.js'
import type { Section } from './section.js'

/** The tables for `--sql` and `--where`. */
export function schemaSection(): Section {
  const answer = schema()
  const panels = Object.entries(answer).map(([table, columns]) =>
    panel(`Table ${table}`, Object.entries(columns), COLUMNS),
  )
  return { name: 'schema', answer, panels }
}

const COLUMNS: readonly ColumnOf<[name: string, type: string]>[] = [
  { name: 'column', unit: 'text', value: ([name]) => name, tone: () => 'name' },
  { name: 'type', unit: 'text', value: ([, type]) => type },
]
