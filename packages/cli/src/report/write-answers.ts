import { wrap } from '../terminal/fit.js'
import { inert } from '../terminal/inert.js'
import type { Output } from '../terminal/output.js'
import { paintNothing } from '../terminal/paint.js'
import type { Answers } from './ask.js'
import { type Head, headSentences } from './head.js'
import { toPage } from './html/page.js'
import { writePage } from './html/write-page.js'
import type { ReportValues } from './lists.js'
import { nextSteps } from './next-steps.js'
import type { Panel } from './panel.js'
import type { Section } from './sections/section.js'
import { panelCsv } from './to-csv.js'
import { toReportJson } from './to-json.js'
import { panelLines } from './to-terminal.js'

/** Writes the answers in the form that the options choose. */
export function writeAnswers(
  output: Output,
  values: ReportValues,
  command: string,
  head: Head,
  { sections }: Answers,
): void {
  const panels = sections.flatMap((section) => section.panels)
  if (values.html !== undefined) {
    writePage(values.html, toPage(`Action log ${command}`, head, panels))
    writeAside(`actionlog: wrote ${inert(values.html)}`)
  }
  if (values.json) output.write(toReportJson(command, head, sections))
  else if (values.csv) writeCsv(output, head, sections)
  else if (values.html === undefined) {
    writeScreen(output, head, panels)
    writeNextSteps(output, head, sections)
  } else writeThresholds(head, sections)
}

/** The table alone, so that every program reads it; what it is of goes to standard error. */
function writeCsv(output: Output, head: Head, sections: readonly Section[]): void {
  writeAside(headSentences(head).join('\n'))
  writeThresholds(head, sections)
  const tables = sections.flatMap(({ csv, panels }) => csv ?? panels)
  const table = tables.find(({ layout }) => layout === undefined)
  if (table) output.write(panelCsv(table))
}

function writeScreen(output: Output, head: Head, panels: readonly Panel[]): void {
  const { width, paint } = output
  const [files = '', ...sentences] = headSentences(head).flatMap((sentence) => wrap(sentence, width))
  const blocks = panels
    .map((panel) => panelLines(panel, width, head.scope.timeZone, paint).join('\n'))
    .filter((block) => block !== '')
  output.write(`${[[paint('title', files), ...sentences].join('\n'), ...blocks].join('\n\n')}\n`)
}

/** Why the exit code is what it is, where the output itself is for programs. */
function writeThresholds({ scope }: Head, sections: readonly Section[]): void {
  const verdicts = sections.find(({ name }) => name === 'thresholds')
  for (const panel of verdicts?.panels ?? [])
    writeAside(panelLines(panel, WIDTH_ASIDE, scope.timeZone, paintNothing).join('\n'))
}

const WIDTH_ASIDE = 160

function writeAside(text: string): void {
  process.stderr.write(`${text}\n`)
}

function writeNextSteps(output: Output, { files }: Head, sections: readonly Section[]): void {
  const steps = nextSteps(files, sections)
  if (steps.length === 0) return
  output.write(`\n${output.paint('title', 'Look closer')}\n${steps.join('\n')}\n`)
}
