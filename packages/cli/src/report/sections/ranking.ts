import { type Ranking, type RankingRow, ranking } from '../../questions/ranking.js'
import { type ColumnOf, leftOut, type Panel, panel } from '../panel.js'
import { type Asking, limitOf, type Section } from './section.js'

/** What is asked for most. */
export async function rankingSection(
  asking: Asking,
  by?: string,
  shown = 50,
): Promise<Section & { answer: Ranking }> {
  const options = { ...limitOf(asking, shown), ...(by !== undefined && { by }) }
  const answer = await ranking(asking.store, asking.scope, options, asking.signal)
  return { name: 'ranking', answer, panels: [rankingPanel(answer)] }
}

export function rankingPanel(answer: Ranking): Panel {
  const { rows, total } = answer
  const name = answer.by === 'view_name' ? 'view' : answer.by
  const columns: readonly ColumnOf<RankingRow>[] = [
    { name: 'value', title: name, unit: 'text', value: (row) => row.value, tone: () => 'name' },
    ...COLUMNS,
  ]
  const notes = [rows.length === 0 && 'There is no request.', leftOut(rows.length, total, 'values')]
  return panel(`Access ranking by ${name}`, rows, columns, notes)
}

const COLUMNS: readonly ColumnOf<RankingRow>[] = [
  { name: 'requests', unit: 'count', value: (row) => row.requests },
  { name: 'share', unit: 'share', value: (row) => row.share },
  { name: 'users', unit: 'count', value: (row) => row.users },
  {
    name: 'errors',
    unit: 'count',
    value: (row) => row.errors,
    tone: ({ errors }) => (errors > 0 ? 'bad' : 'faint'),
  },
]
