import type { Deploys } from '../questions/deploys.js'
import type { Errors } from '../questions/errors.js'
import type { Views } from '../questions/views.js'
import { inert } from '../terminal/inert.js'
import { isoTime } from '../time-zone/iso.js'
import type { Section } from './sections/section.js'

/** Commands that look closer at what the first screen shows, each with what it answers; none for other outputs. */
export function nextSteps(files: readonly string[], sections: readonly Section[]): string[] {
  const answerOf = <Answer>(name: string): Answer | undefined =>
    sections.find((section) => section.name === name)?.answer as Answer | undefined
  if (files.includes('-') || !answerOf('summary')) return []
  const log = files.map(quote).join(' ')
  const view = answerOf<Views>('views')?.views[0]?.view_name
  const failed = answerOf<Errors>('errors')?.groups[0]?.request_id
  const deploy = answerOf<Deploys>('deploys')?.deploys.slice(1).at(-1)
  const steps: [call: string, purpose: string][] = []
  if (isPlain(view)) steps.push([`why ${quote(view)} ${log}`, 'what its slow requests have in common'])
  if (isPlain(failed)) steps.push([`trail --around ${quote(failed)} ${log}`, 'what led to the last error'])
  const deployed = isoTime(deploy?.first)
  if (deployed !== null)
    steps.push([`compare --at ${deployed} ${log}`, 'what the last deploy made slower or faster'])
  steps.push([`steps ${log}`, 'where latency changed, and with what'])
  return steps.flatMap(([call, purpose]) => [`  actionlog report ${call}`, `      ${purpose}`])
}

/** Whether a text of the log may stand in a command that somebody copies. */
function isPlain(text: string | null | undefined): text is string {
  return typeof text === 'string' && text.length <= 200 && inert(text) === text && !text.startsWith('-')
}

function quote(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
