import type { TimeRange } from '../questions/scope.js'
import { type Summary, summary } from '../questions/summary.js'
import type { Threshold } from '../questions/thresholds.js'
import { unknownView } from '../questions/unknown-view.js'
import { firstScreen } from './first-screen.js'
import { LISTS, type ListCall, type ReportValues } from './lists.js'
import { failIfSection } from './sections/fail-if.js'
import { rejectsSection } from './sections/rejects.js'
import type { Asking, Section } from './sections/section.js'
import { sqlSection } from './sections/sql.js'
import { summarySection } from './sections/summary.js'

export interface AskOptions {
  /** Of the list; undefined for the first screen. */
  readonly name: string | undefined
  readonly operands: readonly string[]
  readonly values: ReportValues
  readonly asking: Asking
  readonly limits: readonly Threshold[]
  readonly now: number
}

/** All that one output says. */
export interface Answers {
  readonly summary: Summary
  /** The first and last record of the log, where the scope has none. */
  readonly whole?: TimeRange
  /** Why the scope is empty, where a view that it asks for is not in the log. */
  readonly unknown?: string
  readonly sections: readonly Section[]
  /** Whether a threshold was crossed. */
  readonly failed: boolean
}

/** Asks the store all that the command line asks for. */
export async function ask({ name, operands, values, asking, limits, now }: AskOptions): Promise<Answers> {
  const figures = await summarySection(asking)
  const { first, last } = figures.answer
  const whole = first === null ? await wholeRange(asking) : undefined
  const call = { asking, values, operands, range: { from: first ?? 0, until: (last ?? 0) + 1 }, now }
  const verdicts = limits.length > 0 ? await failIfSection(asking, limits, values.strict === true) : undefined
  const sections = await chosen(name, call, figures)
  const unknown =
    figures.answer.requests === 0 ? await unknownView(asking.store, asking.scope, asking.signal) : null
  return {
    summary: figures.answer,
    ...(whole && { whole }),
    ...(unknown !== null && { unknown }),
    sections: verdicts ? [...sections, verdicts] : sections,
    failed: verdicts?.answer.failed ?? false,
  }
}

async function wholeRange({ store, scope, signal }: Asking): Promise<TimeRange | undefined> {
  const { first, last } = await summary(store, { timeZone: scope.timeZone }, {}, signal)
  return first === null || last === null ? undefined : { from: first, until: last }
}

async function chosen(name: string | undefined, call: ListCall, figures: Section): Promise<Section[]> {
  const { asking, values } = call
  if (values.rejects) return [await rejectsSection(asking)]
  if (values.sql !== undefined) return [await sqlSection(asking, values.sql)]
  const list = name === undefined ? undefined : LISTS[name]
  return list ? [await list.ask(call)] : [figures, ...(await firstScreen(asking))]
}
