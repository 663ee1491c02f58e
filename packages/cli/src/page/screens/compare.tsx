import type { VNode } from 'preact'
import type { Compare } from '../../questions/compare.js'
import type { TimeRange } from '../../questions/scope.js'
import { ChangesTable } from '../parts/changes-table.js'
import { format, plural } from '../parts/format.js'
import { HintsTable } from '../parts/hints-table.js'
import { type Band, deployMarks } from '../parts/marks.js'
import { Panel } from '../parts/panel.js'
import { RangeForm, type Ranges } from '../parts/range-form.js'
import { ScopeCharts } from '../parts/scope-charts.js'
import { linkHere, place } from '../state/place.js'
import { useAnswer } from '../state/use-answer.js'

/** What became slower or faster between two ranges of time? */
export function CompareScreen(): VNode {
  const summary = useAnswer('summary')
  const deploys = useAnswer('deploys', {})
  const { first, last } = summary.answer ?? { first: null, last: null }
  const ranges = first === null || last === null ? null : rangesOf(first, last)
  return (
    <>
      <h1>Compare two ranges of time</h1>
      {ranges && <RangeForm of={ranges} />}
      <p class="choices note">
        {deploys.answer?.deploys.slice(1).map(({ version, first }) => (
          <a key={version} href={linkHere({ at: first, before: null, after: null })}>
            Before and after version {format(version)}
          </a>
        ))}
      </p>
      <ScopeCharts marks={deployMarks(deploys.answer)} bands={ranges ? bandsOf(ranges) : []} />
      {ranges ? (
        <Result of={ranges} />
      ) : (
        <p class="empty" aria-busy={summary.isLoading}>
          {summary.answer && 'There are no two moments with requests to compare.'}
        </p>
      )}
    </>
  )
}

/** As the address says; else before and after the moment `at`; else the first and the second half, if there are two. */
function rangesOf(first: number, last: number): Ranges | null {
  const { params } = place.value
  const [before, after] = [readRange(params.get('before')), readRange(params.get('after'))]
  if (before && after) return { before, after }
  const until = Math.floor(last) + 1
  if (until - first < 2) return null
  const asked = Number(params.get('at') ?? Number.NaN)
  const at = asked > first && asked < until ? asked : Math.round((first + until) / 2)
  return { before: { from: Math.floor(first), until: at }, after: { from: at, until } }
}

function bandsOf({ before, after }: Ranges): Band[] {
  return [
    { ...before, name: 'before' },
    { ...after, name: 'after' },
  ]
}

function readRange(text: string | null): TimeRange | null {
  const [from = Number.NaN, until = Number.NaN] = (text ?? '').split(',').map(Number)
  return from < until ? { from, until } : null
}

function Result({ of }: { of: Ranges }): VNode {
  const compare = useAnswer('compare', of)
  const sample = compare.answer && sampleOf(compare.answer)
  return (
    <>
      <div class="pair">
        <Panel
          title="Most regressed"
          of={compare}
          aside={sample}
          isEmpty={({ regressed }) => regressed.length === 0}
          empty="Nothing became slower beyond chance."
        >
          {({ regressed }) => <ChangesTable label="Most regressed" rows={regressed} isShort />}
        </Panel>
        <Panel
          title="Most improved"
          of={compare}
          aside={sample}
          isEmpty={({ improved }) => improved.length === 0}
          empty="Nothing became faster beyond chance."
        >
          {({ improved }) => <ChangesTable label="Most improved" rows={improved} isShort />}
        </Panel>
      </div>
      {compare.answer && compare.answer.hints.length > 0 && (
        <Panel
          title="Large changes in few requests"
          of={compare}
          aside="too few requests, or moments, to be sure"
        >
          {({ hints }) => <HintsTable rows={hints} />}
        </Panel>
      )}
      {compare.answer?.cautions.map((caution) => (
        <p key={caution} class="notice">
          {format(caution)}
        </p>
      ))}
      <Panel title="All views" of={compare} isEmpty={({ views }) => views.length === 0}>
        {({ views }) => <ChangesTable label="All views" rows={views} />}
      </Panel>
    </>
  )
}

function sampleOf({ before, after }: Compare): string {
  return `${format(before.requests, 'count')} before, ${plural(after.requests, 'request')} after`
}
