import type { Scope } from '../questions/scope.js'
import type { Summary } from '../questions/summary.js'
import { toPage } from '../report/html/page.js'
import { LIMIT_HINT, type Panel } from '../report/panel.js'
import type { Answers } from './answers.js'
import { QUESTIONS } from './ask-question.js'
import { EXPORT_PANELS } from './export-panels.js'
import type { DashboardLog } from './log.js'
import { readScope } from './read-scope.js'
import { AskError, object, type Rule, text } from './read-values.js'

/** One question that a screen asked. */
export interface ScreenQuestion {
  readonly question: string
  readonly options: object
  /** Where it is not the screen's own. */
  readonly scope?: Scope
}

const MOST_QUESTIONS = 30

/** Checks the list of questions that a page sent. */
export function readQuestions(value: unknown): ScreenQuestion[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_QUESTIONS)
    throw new AskError(`questions must be a list of 1 to ${MOST_QUESTIONS} questions`)
  return value.map((item, i) => {
    const name = `questions[${i}]`
    const {
      question,
      options = {},
      scope,
    } = object({ question: text, options: anyObject, scope: readScope })(item, name)
    if (question !== undefined && Object.hasOwn(QUESTIONS, question))
      return { question, options, ...(scope && { scope }) }
    throw new AskError(`${name}.question must be one of ${Object.keys(QUESTIONS).join(', ')}`)
  })
}

const anyObject: Rule<object> = (value, name) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new AskError(`${name} must be an object`)
}

export interface ExportOptions {
  readonly log: DashboardLog
  readonly answers: Answers
  readonly title: string
  readonly scope: Scope
  readonly questions: readonly ScreenQuestion[]
  readonly signal: AbortSignal
}

/** What a screen shows as one self-contained page, in the form of `actionlog report --html`. */
export async function exportPage(options: ExportOptions): Promise<string> {
  const { log, answers, title, scope, questions, signal } = options
  const summary = JSON.parse(await answers.ask('summary', scope, {}, signal)) as Summary
  const panels: Panel[] = []
  for (const { question, options, scope: own = scope } of questions) {
    const answer: unknown = JSON.parse(await answers.ask(question, own, options, signal))
    panels.push(...(EXPORT_PANELS[question]?.(answer, options, scope.timeZone) ?? []))
  }
  const { blank, notices } = log.progress()
  const { requests, labelled, rejected } = summary.store
  const counts = { pieces: requests + labelled + rejected + blank, requests, labelled, rejected, blank }
  return toPage(title, { files: log.files, counts, scope, summary, notices }, panels.map(withoutHints))
}

/** The page has no command line that a hint could be for. */
function withoutHints(panel: Panel): Panel {
  return { ...panel, notes: panel.notes.map((note) => note.replace(LIMIT_HINT, '.')) }
}
