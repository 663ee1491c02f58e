import { createRequire } from 'node:module'
import type { Scope } from '../questions/scope.js'
import { inertLines } from '../terminal/inert.js'
import type { Head } from './head.js'
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
    input: { files: head.files, ...head.counts, notices: head.notices },
    scope: { ...scopeJson(head.scope), first: iso(first), last: iso(last) },
    ...Object.fromEntries(sections.map(({ name, answer }) => [name, answer])),
  }
  return `${inertLines(JSON.stringify(document, null, 2))}\n`
}

function scopeJson({ from, until, timeZone, ...filters }: Scope): object {
  return { since: iso(from), until: iso(until), time_zone: timeZone, ...filters }
}

function iso(ms: number | null | undefined): string | null {
  return typeof ms === 'number' && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : null
}
