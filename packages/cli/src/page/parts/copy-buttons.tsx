import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { RequestAnswer } from '../../questions/request.js'
import { start } from '../state/live.js'

/** Copies a request as JSON, or as the command that shows it in a terminal. */
export function CopyButtons({ of }: { of: RequestAnswer }): VNode {
  const [copied, setCopied] = useState('')
  const copy = (what: string, text: string): void => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(`${what} copied.`),
      () => setCopied('The browser refused to copy.'),
    )
  }
  const { request } = of
  return (
    <span class="copy">
      <button type="button" onClick={() => copy('JSON', JSON.stringify(recordOf(of), null, 2))}>
        Copy as JSON
      </button>
      {request.request_id && (
        <button type="button" onClick={() => copy('Command', commandOf(request.request_id ?? ''))}>
          Copy as a report command
        </button>
      )}
      <span role="status">{copied}</span>
    </span>
  )
}

/** The record without the fields that it does not have; its time as in the log. */
function recordOf({ request: { id: _, time, ...fields } }: RequestAnswer): object {
  const present = Object.entries(fields).filter(([, value]) => value !== null)
  return {
    ...(time !== null && { time: new Date(time).toISOString() }),
    label_name: 'footprint',
    ...Object.fromEntries(present),
  }
}

function commandOf(requestId: string): string {
  const files = start.value?.files ?? []
  return ['npx @actionlog/cli report trail', `--around=${quote(requestId)}`, ...files.map(quote)].join(' ')
}

/** One word for a POSIX shell, whatever it holds. */
function quote(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
