import type { Scope, TimeRange } from '../questions/scope.js'
import type { Summary } from '../questions/summary.js'
import { inert } from '../terminal/inert.js'
import { formatCount, formatSpan } from '../terminal/units.js'
import { formatTime } from '../time-zone/clock.js'
import { describeScope } from './describe-scope.js'

/** How many pieces of the input became what: pieces = requests + labelled + rejected + blank. */
export interface Counts {
  readonly pieces: number
  readonly requests: number
  readonly labelled: number
  readonly rejected: number
  readonly blank: number
}

/** What every output says first: of which records it speaks. */
export interface Head {
  readonly files: readonly string[]
  readonly counts: Counts
  readonly scope: Scope
  readonly summary: Summary
  /** The first and last record of the log, where the scope has none. */
  readonly whole?: TimeRange
  /** A sentence about a view that the scope asks for and the log does not have. */
  readonly unknown?: string
  /** What the reader of the files noticed, in sentences. */
  readonly notices: readonly string[]
}

/** The head for people, a sentence a line. */
export function headSentences(head: Head): string[] {
  const { files, counts, scope, summary, whole } = head
  const { first, last } = summary
  const shown = files.map((file) => (file === '-' ? 'standard input' : file))
  const names = shown.length <= 3 ? shown.join(', ') : `${shown[0]} and ${shown.length - 1} more files`
  const filter = describeScope(scope)
  return [
    names,
    first === null || last === null ? noRange(head) : rangeOf(first, last, scope.timeZone),
    `${formatCount(counts.pieces)} pieces = ${formatCount(counts.requests)} requests + ${formatCount(counts.labelled)} labelled + ${formatCount(counts.rejected)} rejected + ${formatCount(counts.blank)} blank`,
    ...(isNarrowed(scope)
      ? [
          `Only ${[asked(scope), filter].filter(Boolean).join('; ')}: ${formatCount(summary.requests)} requests, ${formatCount(summary.labelled)} labelled`,
        ]
      : []),
    ...(whole
      ? [
          `The log goes from ${formatTime(whole.from, scope.timeZone)} to ${formatTime(whole.until, scope.timeZone)}.`,
        ]
      : []),
    ...noticesOf(head),
    ...(counts.rejected > 0 ? ['--rejects lists the rejected lines.'] : []),
  ].map(inert)
}

function rangeOf(first: number, last: number, timeZone: string): string {
  return `${formatTime(first, timeZone)} to ${formatTime(last, timeZone)} (${formatSpan(last - first)}), ${timeZone}`
}

function noRange({ summary, scope: { timeZone } }: Head): string {
  const hasRecords = summary.requests + summary.labelled > 0
  return `${hasRecords ? 'no record has a time that can be right' : 'no records'}, ${timeZone}`
}

/** What is unusual about the records, in sentences. */
export function noticesOf(head: Head): string[] {
  const { notices, summary, unknown } = head
  const all = unknown === undefined ? notices : [unknown, ...notices]
  return [...all, ...implausibleTimes(summary, head.scope.timeZone)]
}

function implausibleTimes(summary: Summary, timeZone: string): string[] {
  const { implausible, implausible_first: first, implausible_last: last } = summary
  if (first === null || last === null) return []
  const [records, have] = implausible === 1 ? ['record', 'has'] : ['records', 'have']
  const earliest = first === last ? '' : `${formatTime(first, timeZone)} to `
  const wrong = `${formatCount(implausible)} ${records} ${have} a time before 2000 or after tomorrow (${earliest}${formatTime(last, timeZone)}): a clock was wrong. All figures count them, but charts over time do not show them.`
  return [wrong]
}

function isNarrowed(scope: Scope): boolean {
  return scope.from !== undefined || scope.until !== undefined || describeScope(scope) !== ''
}

function asked({ from, until, timeZone }: Scope): string {
  const since = from === undefined ? '' : `since ${formatTime(from, timeZone)}`
  const before = until === undefined ? '' : `before ${formatTime(until, timeZone)}`
  return [since, before].filter(Boolean).join(' and ')
}
