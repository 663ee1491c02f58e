import type { VNode } from 'preact'
import type { Series, SeriesPoint } from '../../questions/series.js'
import { type AnswerState, useAnswer } from '../state/use-answer.js'
import type { Line } from './chart.js'
import { Empty } from './empty.js'
import { Failure } from './failure.js'
import { plural } from './format.js'
import type { Band, Mark } from './marks.js'
import { TimeChart } from './time-chart.js'

interface ScopeChartsProps {
  readonly marks: readonly Mark[]
  readonly bands?: readonly Band[]
}

/** Requests, latency and errors over one axis of time. Zooming one of them narrows the page. */
export function ScopeCharts({ marks, bands = [] }: ScopeChartsProps): VNode {
  const series = useAnswer('series')
  const { answer } = series
  if (!answer) return <Waiting of={series} />
  if (answer.points.length === 0)
    return (
      <section class="panel" aria-label="Over time">
        <Empty of={series} isEmpty={({ points }) => points.length === 0}>
          No requests in this scope.
        </Empty>
      </section>
    )
  const line = (name: string, colour: string, of: (point: SeriesPoint) => number | null): Line => ({
    name,
    colour,
    values: answer.points.map(of),
  })
  const axis = { starts: answer.buckets.starts, width: answer.buckets.width, marks, bands }
  return (
    <>
      <div class="charts" aria-busy={series.isLoading}>
        <TimeChart
          {...axis}
          title="Requests"
          unit="count"
          kind="bars"
          lines={[line('requests', 'requests', ({ requests }) => requests)]}
        />
        <TimeChart
          {...axis}
          title={answer.approximate ? 'Latency ≈' : 'Latency'}
          unit="ms"
          kind="lines"
          lines={[
            line('p50', 'p50', ({ p50 }) => p50),
            line('p95', 'p95', ({ p95 }) => p95),
            line('p99', 'p99', ({ p99 }) => p99),
          ]}
        />
        <TimeChart
          {...axis}
          title="Errors"
          unit="count"
          kind="bars"
          lines={[
            line('5xx', 'error', ({ errors }) => errors),
            line('4xx', 'client', ({ client_errors }) => client_errors),
            line('aborted', 'aborted', ({ aborted }) => aborted),
          ]}
        />
      </div>
      {answer.outside > 0 && (
        <p class="note">
          {plural(answer.outside, 'request')} with an implausible time, outside of the charts.
        </p>
      )}
    </>
  )
}

function Waiting({ of: { error, retry } }: { of: AnswerState<Series> }): VNode {
  if (error === undefined) return <div class="skeleton chart" role="status" aria-label="Charts: loading" />
  return <Failure error={error} retry={retry} />
}
