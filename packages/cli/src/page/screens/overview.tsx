import type { VNode } from 'preact'
import { Figures } from '../parts/figures.js'
import { deployMarks } from '../parts/marks.js'
import { MomentsPanel } from '../parts/moments-panel.js'
import { ScopeCharts } from '../parts/scope-charts.js'
import { ViewsTable } from '../parts/views-table.js'
import { useAnswer } from '../state/use-answer.js'

/** The first screen: how much, how fast, how often wrong, and what to fix. */
export function OverviewScreen(): VNode {
  const summary = useAnswer('summary')
  const deploys = useAnswer('deploys', {})
  return (
    <>
      <h1 class="visually-hidden">Overview</h1>
      <Figures of={summary} />
      <ScopeCharts marks={deployMarks(deploys.answer)} />
      {summary.answer && <MomentsPanel requests={summary.answer.requests} />}
      <ViewsTable />
    </>
  )
}
