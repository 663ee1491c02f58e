import { parseDuration } from '../options/amounts.js'
import type { OptionValues } from '../options/options.js'
import { oneOf } from '../options/scope-options.js'
import { literal, type TimeRange } from '../questions/scope.js'
import { USER_SORTS } from '../questions/users.js'
import { VIEW_SORTS } from '../questions/views.js'
import { UsageError } from '../usage-error.js'
import { compareRanges } from './compare-ranges.js'
import type { REPORT_OPTIONS } from './report-options.js'
import { compareSection } from './sections/compare.js'
import { errorsSection } from './sections/errors.js'
import { labelsSection } from './sections/labels.js'
import { momentsSection } from './sections/moments.js'
import { rankingSection } from './sections/ranking.js'
import { repeatsSection } from './sections/repeats.js'
import type { Asking, Section } from './sections/section.js'
import { slowestSection } from './sections/slowest.js'
import { stepsSection } from './sections/steps.js'
import { trailSection } from './sections/trail.js'
import { usersSection } from './sections/users.js'
import { viewsSection } from './sections/views.js'
import { parseSelection, whySection } from './sections/why.js'

export type ReportValues = OptionValues<typeof REPORT_OPTIONS>

/** What a list is asked with. */
export interface ListCall {
  readonly asking: Asking
  readonly values: ReportValues
  /** What stands behind the list's name. */
  readonly operands: readonly string[]
  /** The first and last record in the scope. */
  readonly range: TimeRange
  readonly now: number
}

/** One list of `actionlog report LIST`. */
export interface List {
  readonly about: string
  /** What stands behind its name, in the usage. */
  readonly operands?: (values: ReportValues) => readonly string[]
  /** Options that only this list has. */
  readonly options?: readonly (keyof ReportValues)[]
  /** Refuses wrong options before a file is read. @throws UsageError */
  readonly check?: (values: ReportValues) => unknown
  readonly ask: (call: ListCall) => Promise<Section>
}

const selectionOf = ({ slow, above }: ReportValues): ReturnType<typeof parseSelection> =>
  parseSelection(slow, parseDuration('--above', above))

export const LISTS: Readonly<Record<string, List>> = {
  views: {
    about: 'the views, by how long users waited for them',
    options: ['sort'],
    check: ({ sort }) => oneOf('--sort', sort, VIEW_SORTS),
    ask: ({ asking, values }) => viewsSection(asking, oneOf('--sort', values.sort, VIEW_SORTS)),
  },
  slowest: { about: 'the slowest requests', ask: ({ asking }) => slowestSection(asking) },
  errors: {
    about: 'what failed: by exception and view, with first and last time',
    ask: ({ asking }) => errorsSection(asking),
  },
  ranking: {
    about: 'what is requested most: by view, or by any other field (--by user)',
    options: ['by'],
    ask: ({ asking, values }) => rankingSection(asking, values.by),
  },
  users: {
    about: 'the users, by how long they waited',
    options: ['sort'],
    check: ({ sort }) => oneOf('--sort', sort, USER_SORTS),
    ask: ({ asking, values }) => usersSection(asking, oneOf('--sort', values.sort, USER_SORTS)),
  },
  repeats: {
    about: 'N+1: statements repeated within one request',
    ask: ({ asking }) => repeatsSection(asking),
  },
  labels: {
    about: 'which labelled records there are, and the last ones',
    ask: ({ asking }) => labelsSection(asking),
  },
  trail: {
    about: "a user's requests and labelled records in order, with gaps",
    operands: ({ around }) => (around === undefined ? ['USER'] : []),
    options: ['around', 'before-error'],
    ask: ({ asking, values, operands: [user] }) =>
      trailSection(asking, {
        ...(user !== undefined && { user }),
        ...(values.around !== undefined && { requestId: values.around }),
        ...(values['before-error'] && { beforeError: true }),
      }),
  },
  why: {
    about: 'what the slow requests of a view have in common, and the others do not',
    operands: ({ view }) => (view === undefined ? ['VIEW'] : []),
    options: ['slow', 'above'],
    check: selectionOf,
    ask: ({ asking, values, operands }) => {
      const view = operands[0] === undefined ? values.view : [literal(operands[0])]
      const scope = { ...asking.scope, ...(view && { view }) }
      const names = operands[0] ?? view?.join(', ') ?? ''
      return whySection({ ...asking, scope }, names, selectionOf(values))
    },
  },
  compare: {
    about: 'what became slower or faster between two ranges, or at a moment (--at)',
    operands: ({ at }) => (at === undefined ? ['A..B', 'C..D'] : []),
    options: ['at'],
    ask: ({ asking, values, operands, range, now }) => {
      const { before, after } = compareRanges(asking.scope, values.at, operands, range, now)
      return compareSection(asking, before, after)
    },
  },
  moments: {
    about: 'when a view was far slower than usual, for a short time',
    ask: ({ asking }) => momentsSection(asking),
  },
  steps: {
    about: "where a view's latency changed by itself, and what changed with it",
    ask: ({ asking }) => stepsSection(asking),
  },
}

/**
 * Refuses options that belong to another list.
 * @throws UsageError
 */
export function checkListOptions(name: string | undefined, values: ReportValues): void {
  const own = (name !== undefined && LISTS[name]?.options) || []
  for (const [other, { options = [] }] of Object.entries(LISTS)) {
    const foreign = options.find((option) => values[option] !== undefined && !own.includes(option))
    if (foreign) throw new UsageError(`--${foreign} belongs to \`actionlog report ${other}\``)
  }
  if (name !== undefined) LISTS[name]?.check?.(values)
}
