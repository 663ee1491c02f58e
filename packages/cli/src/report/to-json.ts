import { createRequire } from 'node:module'
import type { Scope } from '../questions/scope.js'
import { inertLines } from '../terminal/inert.js'
import { isoTime } from '../time-zone/iso.js'
import { type Head, noticesOf } from './head.js'
import type { Section } from './sections/section.js'

/** Changes when a field's name or meaning does; new fields do not change it. */
const SCHEMA_VERSION = 1

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }

/** The answers as JSON, see docs/report-json.md: the head, then each answer under its question's name. */
export function toReportJson(command: string, head: Head, sections: readonly Section[]): string {
  const { first, last } = head.summary
  const document = {
    schema_version: SCHEMA_VERSION,
    actionlog_version: version,
    command,
    input: { files: head.files, ...head.counts, notices: noticesOf(head) },
    scope: { ...scopeJson(head.scope), first: isoTime(first), last: isoTime(last) },
    ...Object.fromEntries(sections.map(({ name, answer }) => [name, answer])),
  }
  return `${inertLines(JSON.stringify(document, null, 2))}\n`
}

function scopeJson({ from, until, timeZone, ...filters }: Scope): object {
  return { since: isoTime(from), until: isoTime(until), time_zone: timeZone, ...filters }
}
