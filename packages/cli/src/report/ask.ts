import type { Summary } from '../questions/summary.js'
import type { Threshold } from '../questions/thresholds.js'
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
  readonly sections: readonly Section[]
  /** Whether a threshold was crossed. */
  readonly failed: boolean
}

/** Asks the store all that the command line asks for. */
export async function ask({ name, operands, values, asking, limits, now }: AskOptions): Promise<Answers> {
  const summary = await summarySection(asking)
  const { first, last } = summary.answer
  const call = { asking, values, operands, range: { from: first ?? 0, until: (last ?? 0) + 1 }, now }
  const verdicts = limits.length > 0 ? await failIfSection(asking, limits, values.strict === true) : undefined
  const sections = await chosen(name, call, summary)
  return {
    summary: summary.answer,
    sections: verdicts ? [...sections, verdicts] : sections,
    failed: verdicts?.answer.failed ?? false,
  }
}

async function chosen(name: string | undefined, call: ListCall, summary: Section): Promise<Section[]> {
  const { asking, values } = call
  if (values.rejects) return [await rejectsSection(asking)]
  if (values.sql !== undefined) return [await sqlSection(asking, values.sql)]
  const list = name === undefined ? undefined : LISTS[name]
  return list ? [await list.ask(call)] : [summary, ...(await firstScreen(asking, values.sort))]
}
