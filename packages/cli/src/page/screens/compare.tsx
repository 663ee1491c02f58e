import type { VNode } from 'preact'
import type { Change, Compare } from '../../questions/compare.js'
import { literal, type TimeRange } from '../../questions/scope.js'
import { format, plural } from '../parts/format.js'
import { Panel } from '../parts/panel.js'
import { type Column, Table } from '../parts/table.js'
import { fromInput, toInput } from '../parts/time-input.js'
import { Value } from '../parts/value.js'
import { go, linkHere, linkTo, place } from '../state/place.js'
import { scope } from '../state/scope.js'
import { useAnswer } from '../state/use-answer.js'

interface Ranges {
  readonly before: TimeRange
  readonly after: TimeRange
}

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
      <p class="note">
        {deploys.answer?.deploys.slice(1).map(({ version, first }) => (
          <a key={version} class="more" href={linkHere({ at: first, before: null, after: null })}>
            Before and after version {format(version)}
          </a>
        ))}
      </p>
      {ranges ? (
        <Result of={ranges} />
      ) : (
        <p class="empty panel">{summary.isLoading ? 'Loading …' : 'No requests in this scope.'}</p>
      )}
    </>
  )
}

/** As the address says; else before and after the moment `at`; else the first and the second half. */
function rangesOf(first: number, last: number): Ranges {
  const { params } = place.value
  const [before, after] = [readRange(params.get('before')), readRange(params.get('after'))]
  if (before && after) return { before, after }
  const until = Math.floor(last) + 1
  const asked = Number(params.get('at') ?? Number.NaN)
  const at = asked > first && asked < until ? asked : Math.round((first + until) / 2)
  return { before: { from: Math.floor(first), until: at }, after: { from: at, until } }
}

function readRange(text: string | null): TimeRange | null {
  const [from = Number.NaN, until = Number.NaN] = (text ?? '').split(',').map(Number)
  return from < until ? { from, until } : null
}

function RangeForm({ of }: { of: Ranges }): VNode {
  const { timeZone } = scope.value
  const submit = (form: HTMLFormElement): void => {
    const data = new FormData(form)
    const range = (name: string): string | null => {
      const [from, until] = [
        fromInput(data.get(`${name}-from`), timeZone),
        fromInput(data.get(`${name}-until`), timeZone),
      ]
      return from !== null && until !== null && from < until ? `${from},${until}` : null
    }
    const [before, after] = [range('before'), range('after')]
    if (before && after) go(linkHere({ before, after, at: null }))
  }
  return (
    <form
      class="ranges"
      onSubmit={(event) => {
        event.preventDefault()
        submit(event.currentTarget)
      }}
    >
      {(['before', 'after'] as const).map((name) => (
        <fieldset key={`${name}${of[name].from}-${of[name].until}`}>
          <legend>{name}</legend>
          <label>
            From{' '}
            <input
              type="datetime-local"
              step="1"
              required
              name={`${name}-from`}
              defaultValue={toInput(of[name].from, timeZone)}
            />
          </label>
          <label>
            To{' '}
            <input
              type="datetime-local"
              step="1"
              required
              name={`${name}-until`}
              defaultValue={toInput(of[name].until, timeZone)}
            />
          </label>
        </fieldset>
      ))}
      <button type="submit">Compare</button>
    </form>
  )
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
          {({ regressed }) => <Changes label="Most regressed" rows={regressed} />}
        </Panel>
        <Panel
          title="Most improved"
          of={compare}
          aside={sample}
          isEmpty={({ improved }) => improved.length === 0}
          empty="Nothing became faster beyond chance."
        >
          {({ improved }) => <Changes label="Most improved" rows={improved} />}
        </Panel>
      </div>
      {compare.answer?.cautions.map((caution) => (
        <p key={caution} class="notice">
          {format(caution)}
        </p>
      ))}
      <Panel title="All views" of={compare} isEmpty={({ views }) => views.length === 0}>
        {({ views }) => <Changes label="All views" rows={views} />}
      </Panel>
    </>
  )
}

function sampleOf({ before, after }: Compare): string {
  return `${format(before.requests, 'count')} before, ${plural(after.requests, 'request')} after`
}

const COLUMNS: Column<Change>[] = [
  {
    name: 'view_name',
    title: 'View',
    isWide: true,
    value: (row) => row.view_name,
    show: ({ view_name }) => (
      <Value field="view_name" value={view_name} href={linkTo('view', { view: literal(view_name) })} />
    ),
  },
  { name: 'p50_before', title: 'p50 before', unit: 'ms', value: (row) => row.before.p50 },
  { name: 'p50_after', title: 'after', unit: 'ms', value: (row) => row.after.p50 },
  {
    name: 'latency',
    title: 'Latency',
    value: (row) => row.latency,
    show: ({ latency, p50_ratio }) => (
      <span class={`change ${latency}`}>
        {latency}
        {(latency === 'slower' || latency === 'faster') && p50_ratio !== null && ` ×${p50_ratio.toFixed(2)}`}
      </span>
    ),
  },
  { name: 'p95_before', title: 'p95 before', unit: 'ms', value: (row) => row.before.p95, isMinor: true },
  { name: 'p95_after', title: 'after', unit: 'ms', value: (row) => row.after.p95, isMinor: true },
  {
    name: 'errors_before',
    title: 'Errors before',
    unit: 'share',
    value: (row) => row.before.error_rate,
    isMinor: true,
  },
  {
    name: 'errors_after',
    title: 'after',
    unit: 'share',
    value: (row) => row.after.error_rate,
    isMinor: true,
  },
  {
    name: 'requests',
    title: 'Requests',
    value: (row) => row.after.requests,
    show: ({ before, after }) => `${format(before.requests, 'count')} → ${format(after.requests, 'count')}`,
  },
]

function Changes({ label, rows }: { label: string; rows: readonly Change[] }): VNode {
  return <Table label={label} columns={COLUMNS} rows={rows} keyOf={({ view_name }) => view_name} />
}
