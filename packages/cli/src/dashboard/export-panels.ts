import type { Actions } from '../questions/actions.js'
import type { Compare } from '../questions/compare.js'
import type { Deploys } from '../questions/deploys.js'
import type { Errors } from '../questions/errors.js'
import type { Heatmap } from '../questions/heatmap.js'
import type { Labels } from '../questions/labels.js'
import type { Moments } from '../questions/moments.js'
import type { Ranking } from '../questions/ranking.js'
import type { Rejected } from '../questions/rejected.js'
import type { Repeats } from '../questions/repeats.js'
import type { RequestAnswer } from '../questions/request.js'
import type { Series, SeriesPoint } from '../questions/series.js'
import type { RequestList, SlowestOptions } from '../questions/slowest.js'
import type { Steps } from '../questions/steps.js'
import type { Summary } from '../questions/summary.js'
import type { Trail, TrailOptions } from '../questions/trail.js'
import type { Users, UsersOptions } from '../questions/users.js'
import type { Views, ViewsOptions } from '../questions/views.js'
import type { Selection, Why } from '../questions/why.js'
import { APPROXIMATE, type ColumnOf, type Panel, panel } from '../report/panel.js'
import { comparePanels } from '../report/sections/compare.js'
import { deploysPanels } from '../report/sections/deploys.js'
import { errorsPanel } from '../report/sections/errors.js'
import { actionsPanel, labelsPanel } from '../report/sections/labels.js'
import { momentsPanel } from '../report/sections/moments.js'
import { rankingPanel } from '../report/sections/ranking.js'
import { rejectedPanel } from '../report/sections/rejects.js'
import { repeatsPanel } from '../report/sections/repeats.js'
import { requestsPanel } from '../report/sections/slowest.js'
import { stepsPanel } from '../report/sections/steps.js'
import { summaryPanel } from '../report/sections/summary.js'
import { trailPanel } from '../report/sections/trail.js'
import { usersPanel } from '../report/sections/users.js'
import { viewsPanel } from '../report/sections/views.js'
import { whyPanel } from '../report/sections/why.js'
import { formatMs } from '../terminal/units.js'

/** What an exported page shows of each question's answer. */
export const EXPORT_PANELS: Readonly<Record<string, PanelsOf>> = {
  actions: panelsOf<Actions>((answer) => [actionsPanel(answer)]),
  compare: panelsOf<Compare>((answer, _options, timeZone) => comparePanels(answer, timeZone)),
  deploys: panelsOf<Deploys>((answer) => deploysPanels(answer)),
  errors: panelsOf<Errors>((answer) => [errorsPanel(answer)]),
  heatmap: panelsOf<Heatmap>((answer) => [heatmapPanel(answer)]),
  labels: panelsOf<Labels>((answer) => [labelsPanel(answer)]),
  moments: panelsOf<Moments>((answer) => [momentsPanel(answer)]),
  ranking: panelsOf<Ranking>((answer) => [rankingPanel(answer)]),
  recent: panelsOf<RequestList>(({ rows }) => [requestsPanel('Most recent requests', rows)]),
  rejected: panelsOf<Rejected>((answer) => [rejectedPanel(answer)]),
  repeats: panelsOf<Repeats>((answer) => [repeatsPanel(answer)]),
  request: panelsOf<RequestAnswer | null>((answer) => requestPanels(answer)),
  series: panelsOf<Series>((answer) => [seriesPanel(answer)]),
  slowest: panelsOf<RequestList, SlowestOptions>(({ rows }, { max }) => [
    requestsPanel(max === undefined ? 'Slowest requests' : 'Slowest requests in the box', rows),
  ]),
  steps: panelsOf<Steps>((answer) => [stepsPanel(answer)]),
  suggest: () => [], // what a reader can choose from, not what the screen shows
  summary: panelsOf<Summary>((answer) => [summaryPanel(answer)]),
  trail: panelsOf<Trail, TrailOptions>((answer, options) => [trailPanel(answer, options)]),
  users: panelsOf<Users, UsersOptions>((answer, { sort }) => [usersPanel(answer, sort)]),
  views: panelsOf<Views, ViewsOptions>((answer, { sort }) => [viewsPanel(answer, sort)]),
  why: panelsOf<Why, { selection?: Selection }>((answer, { selection = { slow: 'p95' } }) => [
    whyPanel(answer, 'Why slow?', selection),
  ]),
}

type PanelsOf = (answer: unknown, options: object, timeZone: string) => readonly Panel[]

function panelsOf<Answer, Options extends object = object>(
  panels: (answer: Answer, options: Options, timeZone: string) => readonly Panel[],
): PanelsOf {
  return (answer, options, timeZone) => panels(answer as Answer, options as Options, timeZone)
}

/** All lines of the page's three charts. */
function seriesPanel({ points, outside, approximate }: Series): Panel {
  const count = (name: keyof SeriesPoint, title: string): ColumnOf<SeriesPoint> => ({
    name,
    title,
    unit: 'count',
    value: (point) => point[name],
  })
  const ms = (name: keyof SeriesPoint): ColumnOf<SeriesPoint> => ({
    name,
    unit: 'ms',
    value: (point) => point[name],
  })
  const columns: readonly ColumnOf<SeriesPoint>[] = [
    { name: 'time', unit: 'time', value: ({ time }) => time },
    count('requests', 'requests'),
    ...[ms('p50'), ms('p95'), ms('p99')],
    ...[count('errors', '5xx'), count('client_errors', '4xx'), count('aborted', 'aborted')],
  ]
  const notes = [
    outside > 0 && `${outside} requests with an implausible time are outside of the charts.`,
    approximate && APPROXIMATE,
  ]
  return { ...panel(points.length > 0 ? 'Over time' : '', points, columns, notes), layout: 'series' }
}

/** A row for each bucket of time, a column for each doubling of the latency. */
function heatmapPanel({ edges, cells, buckets }: Heatmap): Panel {
  const bands = edges.slice(0, -1).map((_, band) => band)
  const columns: ColumnOf<number>[] = [{ name: 'time', unit: 'time', value: (at) => buckets.starts[at] }]
  for (const band of bands.filter((band) => band % 4 === 0))
    columns.push({
      name: `from_${edges[band]}_ms`,
      title: `from ${formatMs(edges[band] ?? 0)}`,
      unit: 'count',
      value: (at) => cells[at]?.slice(band, band + 4).reduce((sum, requests) => sum + requests, 0),
    })
  const rows = buckets.starts.map((_, at) => at).filter((at) => cells[at]?.some((requests) => requests > 0))
  return panel('Latency of each request', rows, columns, [rows.length === 0 && 'There is no request.'])
}

/** The whole record, and what it wrote. */
function requestPanels(answer: RequestAnswer | null): Panel[] {
  if (answer === null) return [panel('Record', [], RECORD, ['The log does not hold this request.'])]
  const { id: _, time, extra, other, ...fields } = answer.request
  const nested = (object: Record<string, unknown> | null, prefix: string): Field[] =>
    Object.entries(object ?? {}).map(([name, value]) => [`${prefix}${name}`, value])
  const rows = [...Object.entries(fields), ...nested(extra, 'extra.'), ...nested(other, '')]
  const record = panel(
    'Record',
    rows.filter(([, value]) => value !== null && value !== ''),
    RECORD,
  )
  const when = panel('', [time], [{ name: 'time', unit: 'time', value: (time) => time }])
  const records = answer.actions.length
  return [
    { ...when, layout: 'figures' },
    record,
    ...(records > 0 ? [actionsPanel({ rows: answer.actions, records })] : []),
  ]
}

type Field = [name: string, value: unknown]

const RECORD: readonly ColumnOf<Field>[] = [
  { name: 'field', unit: 'text', value: ([name]) => name, tone: () => 'name' },
  {
    name: 'value',
    unit: 'text',
    value: ([, value]) => (typeof value === 'object' ? JSON.stringify(value) : String(value)),
  },
]
