import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import { ErrorsPanel } from '../parts/errors-panel.js'
import { Figures } from '../parts/figures.js'
import { plural } from '../parts/format.js'
import { Heatmap } from '../parts/heatmap.js'
import { type Box, describe } from '../parts/heatmap-cells.js'
import { HeatmapTable } from '../parts/heatmap-table.js'
import { deployMarks, stepMarks } from '../parts/marks.js'
import { MarksList } from '../parts/marks-list.js'
import { Panel } from '../parts/panel.js'
import { RequestsTable } from '../parts/requests-table.js'
import { ScopeCharts } from '../parts/scope-charts.js'
import { StatementsPanel } from '../parts/statements-panel.js'
import { WhyPanel } from '../parts/why-panel.js'
import { go, linkHere, place } from '../state/place.js'
import { scope, viewName } from '../state/scope.js'
import { useAnswer } from '../state/use-answer.js'

/** One view: its latency over time, why some requests are slow, its requests, statements and errors. */
export function ViewScreen(): VNode {
  const heatmap = useAnswer('heatmap', {})
  const summary = useAnswer('summary')
  const steps = useAnswer('steps', {})
  const deploys = useAnswer('deploys', {})
  const recent = useAnswer('recent', { limit: 10 })
  const text = place.value.params.get('box')
  const box = useMemo(() => readBox(text), [text])
  const slowest = useAnswer(
    'slowest',
    { limit: 10, ...(box && { min: box.min, max: box.max }) },
    box ? { ...scope.value, from: box.from, until: box.until } : scope.value,
  )
  const slowestTitle = box ? 'Slowest requests in the box' : 'Slowest requests'
  const marks = [...stepMarks(steps.answer), ...deployMarks(deploys.answer)]
  return (
    <>
      <h1>{viewName.value ?? 'All views'}</h1>
      <Figures of={summary} />
      <Panel
        title="Latency of each request"
        of={heatmap}
        isEmpty={({ requests }) => requests === 0}
        aside={heatmap.answer && plural(heatmap.answer.requests, 'request')}
      >
        {(answer) => (
          <>
            <Heatmap
              of={answer}
              box={box}
              marks={marks}
              onBox={(chosen) => go(linkHere({ box: chosen && writeBox(chosen) }))}
            />
            <p class="note">
              {box ? (
                <>
                  Box: {describe(box)} <a href={linkHere({ box: null })}>Remove the box</a>
                </>
              ) : (
                'Drag a box over slow requests to ask what sets them apart.'
              )}
            </p>
            <HeatmapTable of={answer} />
          </>
        )}
      </Panel>
      <WhyPanel box={box} />
      <MarksList steps={steps} deploys={deploys} />
      <ScopeCharts marks={marks} />
      <Panel
        title={slowestTitle}
        of={slowest}
        isEmpty={({ rows }) => rows.length === 0}
        {...(box && {
          empty: (
            <>
              No request is in the box. <a href={linkHere({ box: null })}>Remove the box</a>
            </>
          ),
        })}
      >
        {({ rows }) => <RequestsTable label={slowestTitle} rows={rows} />}
      </Panel>
      <Panel title="Most recent requests" of={recent} isEmpty={({ rows }) => rows.length === 0}>
        {({ rows }) => <RequestsTable label="Most recent requests" rows={rows} />}
      </Panel>
      <StatementsPanel />
      <ErrorsPanel />
    </>
  )
}

function writeBox({ from, until, min, max }: Box): string {
  return [from, until, min, max].join(',')
}

function readBox(text: string | null): Box | null {
  const [from, until, min, max] = (text ?? '').split(',').map(Number)
  if (from === undefined || until === undefined || min === undefined || max === undefined) return null
  return [from, until, min, max].every(Number.isFinite) ? { from, until, min, max } : null
}
