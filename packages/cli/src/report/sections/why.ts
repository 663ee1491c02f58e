import { type Finding, type Selection, type Why, why } from '../../questions/why.js'
import { formatCount, formatMs } from '../../terminal/units.js'
import { UsageError } from '../../usage-error.js'
import { type ColumnOf, type Panel, panel } from '../panel.js'
import { type Asking, limitOf, type Section } from './section.js'

/** What the slow requests have in common, and the others have not. */
export async function whySection(
  asking: Asking,
  view: string,
  selection: Selection,
): Promise<Section & { answer: Why }> {
  const options = { selection, ...limitOf(asking, 10) }
  const answer = await why(asking.store, asking.scope, options, asking.signal)
  return { name: 'why', answer, panels: [whyPanel(answer, `Why is ${view} slow?`, selection)] }
}

export function whyPanel(answer: Why, title: string, selection: Selection): Panel {
  const sizes = `${formatCount(answer.selected)} slow requests (${inWords(selection)}) against ${formatCount(answer.rest)} others; ${formatCount(answer.comparisons)} values compared.`
  const notes = [answer.silent ?? undefined, sizes]
  return panel(title, answer.findings, COLUMNS, notes)
}

function inWords(selection: Selection): string {
  if ('slow' in selection) return `at or above ${selection.slow}`
  return 'above' in selection ? `over ${formatMs(selection.above)}` : 'chosen'
}

const COLUMNS: readonly ColumnOf<Finding>[] = [
  { name: 'field', unit: 'text', value: (finding) => finding.field, tone: () => 'name' },
  { name: 'value', unit: 'text', value: (finding) => finding.value ?? '(absent)' },
  { name: 'inside_share', title: 'of slow', unit: 'share', value: (finding) => finding.inside_share },
  { name: 'outside_share', title: 'of others', unit: 'share', value: (finding) => finding.outside_share },
  { name: 'inside', title: 'slow', unit: 'count', keep: 5, value: (finding) => finding.inside },
  { name: 'outside', title: 'others', unit: 'count', keep: 4, value: (finding) => finding.outside },
  { name: 'median_with', title: 'p50 with', unit: 'ms', keep: 7, value: (finding) => finding.median_with },
  {
    name: 'median_without',
    title: 'without',
    unit: 'ms',
    keep: 6,
    value: (finding) => finding.median_without,
  },
]

/**
 * Reads `--slow p95` and `--above 500ms`. Default: p95.
 * @throws UsageError
 */
export function parseSelection(slow: string | undefined, above: number | undefined): Selection {
  if (slow !== undefined && above !== undefined)
    throw new UsageError('--slow and --above exclude each other: give one')
  if (above !== undefined) return { above }
  const [, percent] = /^p?(50|90|95|99)$/.exec(slow ?? 'p95') ?? []
  if (percent) return { slow: `p${percent}` as 'p50' | 'p90' | 'p95' | 'p99' }
  throw new UsageError(`--slow must be p50, p90, p95 or p99; got ${JSON.stringify(slow)}`)
}
