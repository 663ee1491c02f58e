import { type Rejected, type RejectedRow, rejected } from '../../questions/rejected.js'
import { formatCount } from '../../terminal/units.js'
import { type ColumnOf, leftOut, type Panel, panel } from '../panel.js'
import { type Asking, limitOf, type Section } from './section.js'

/** Which lines were no records, and why. */
export async function rejectsSection(asking: Asking): Promise<Section & { answer: Rejected }> {
  const answer = await rejected(asking.store, limitOf(asking, 100), asking.signal)
  return { name: 'rejected', answer, panels: [rejectedPanel(answer)] }
}

export function rejectedPanel(answer: Rejected): Panel {
  const reasons = answer.reasons
    .map(({ reason, rejected }) => `${formatCount(rejected)} × ${reason}`)
    .join('; ')
  const notes = [
    answer.rejected === 0 ? 'Every line is a record, or blank.' : reasons,
    leftOut(answer.rows.length, answer.rejected, 'pieces'),
  ]
  return panel('Rejected', answer.rows, COLUMNS, notes)
}

const COLUMNS: readonly ColumnOf<RejectedRow>[] = [
  { name: 'file', unit: 'text', value: ({ file, line }) => `${file}:${line}`, tone: () => 'name' },
  { name: 'byte_offset', title: 'byte', unit: 'count', keep: 4, value: (row) => row.byte_offset },
  { name: 'reason', unit: 'text', value: (row) => row.reason, tone: () => 'bad' },
  { name: 'text', unit: 'text', keep: 5, value: (row) => row.text },
]
