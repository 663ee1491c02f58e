import type { VNode } from 'preact'
import { ErrorsPanel } from '../parts/errors-panel.js'
import { deployMarks } from '../parts/marks.js'
import { ScopeCharts } from '../parts/scope-charts.js'
import { useAnswer } from '../state/use-answer.js'

/** What failed, and when? */
export function ErrorsScreen(): VNode {
  const deploys = useAnswer('deploys', {})
  return (
    <>
      <h1>Errors</h1>
      <ScopeCharts marks={deployMarks(deploys.answer)} />
      <ErrorsPanel />
    </>
  )
}
