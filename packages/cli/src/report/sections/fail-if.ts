import { type Threshold, thresholds, type Verdict, type Verdicts } from '../../questions/thresholds.js'
import { type ColumnOf, panel } from '../panel.js'
import type { Asking, Section } from './section.js'

/** Whether the log keeps the thresholds. */
export async function failIfSection(
  { store, scope, signal }: Asking,
  limits: readonly Threshold[],
  strict: boolean,
): Promise<Section & { answer: Verdicts }> {
  const answer = await thresholds(store, scope, { thresholds: limits, strict }, signal)
  return { name: 'thresholds', answer, panels: [panel('Thresholds', answer.verdicts, COLUMNS)] }
}

const COLUMNS: readonly ColumnOf<Verdict>[] = [
  { name: 'result', unit: 'text', value: ({ result }) => WORDS[result], tone },
  { name: 'threshold', title: 'fail if', unit: 'text', value: ({ threshold }) => threshold.text },
  { name: 'message', title: 'measured', unit: 'text', value: ({ message }) => message },
]

const WORDS = { kept: 'ok', crossed: 'FAILED', unsure: 'unsure' } as const

function tone({ result }: Verdict): 'good' | 'bad' | 'warning' {
  return result === 'kept' ? 'good' : result === 'crossed' ? 'bad' : 'warning'
}
