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
  /** What the reader of the files noticed, in sentences. */
  readonly notices: readonly string[]
}

/** The head for people, a sentence a line. */
export function headSentences({ files, counts, scope, summary, whole, notices }: Head): string[] {
  const { first, last } = summary
  const shown = files.map((file) => (file === '-' ? 'standard input' : file))
  const names = shown.length <= 3 ? shown.join(', ') : `${shown[0]} and ${shown.length - 1} more files`
  const filter = describeScope(scope)
  return [
    names,
    first === null || last === null ? noRecords(scope) : rangeOf(first, last, scope.timeZone),
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
    ...notices,
    ...(counts.rejected > 0 ? ['--rejects lists the rejected lines.'] : []),
  ].map(inert)
}

function rangeOf(first: number, last: number, timeZone: string): string {
  return `${formatTime(first, timeZone)} to ${formatTime(last, timeZone)} (${formatSpan(last - first)}), ${timeZone}`
}

function noRecords({ timeZone }: Scope): string {
  return `no records, ${timeZone}`
}

function isNarrowed(scope: Scope): boolean {
  return scope.from !== undefined || scope.until !== undefined || describeScope(scope) !== ''
}

function asked({ from, until, timeZone }: Scope): string {
  const since = from === undefined ? '' : `since ${formatTime(from, timeZone)}`
  const before = until === undefined ? '' : `before ${formatTime(until, timeZone)}`
  return [since, before].filter(Boolean).join(' and ')
}
