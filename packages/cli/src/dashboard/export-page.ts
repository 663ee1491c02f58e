import type { Scope } from '../questions/scope.js'
import { firstScreen } from '../report/first-screen.js'
import { toPage } from '../report/html/page.js'
import { summarySection } from '../report/sections/summary.js'
import type { DashboardLog } from './log.js'

/** The report of the scope as one self-contained page: what `actionlog report --html` writes. */
export async function exportPage(log: DashboardLog, scope: Scope, signal: AbortSignal): Promise<string> {
  const asking = { store: log.store, scope, signal }
  const { requests, labelled, rejected, blank, notices } = log.progress()
  const figures = await summarySection(asking)
  const sections = [figures, ...(await firstScreen(asking, undefined))]
  const pieces = requests + labelled + rejected + blank
  const counts = { pieces, requests, labelled, rejected, blank }
  const head = { files: log.files, counts, scope, summary: figures.answer, notices }
  return toPage(
    'Action log report',
    head,
    sections.flatMap(({ panels }) => panels),
  )
}
