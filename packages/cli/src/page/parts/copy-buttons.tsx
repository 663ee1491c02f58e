import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { RequestAnswer } from '../../questions/request.js'
import { start } from '../state/live.js'
import { logEnd, scope } from '../state/scope.js'
import { shellWord } from './shell-word.js'

interface CopyButtonsProps {
  readonly of: RequestAnswer
  /** Whether the trail ends at the last error. */
  readonly beforeError: boolean
}

/** Copies a request as JSON, or as the command that shows its trail in a terminal. */
export function CopyButtons({ of, beforeError }: CopyButtonsProps): VNode {
  const [copied, setCopied] = useState('')
  const copy = (what: string, text: string): void => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(`${what} copied.`),
      () => setCopied('The browser refused to copy.'),
    )
  }
  const { request_id } = of.request
  const canBeArgument = request_id !== null && request_id !== '' && !request_id.includes('\0')
  return (
    <span class="copy">
      <button type="button" onClick={() => copy('JSON', JSON.stringify(recordOf(of), null, 2))}>
        Copy as JSON
      </button>
      {canBeArgument && (
        <button type="button" onClick={() => copy('Command', commandOf(request_id, beforeError))}>
          Copy as a report command
        </button>
      )}
      <span role="status">{copied}</span>
    </span>
  )
}

/** The record as it is in the log: without the fields that it does not have, with those that actionlog does not know. */
function recordOf({ request: { id: _, time, other, ...fields } }: RequestAnswer): object {
  const present = Object.entries(fields).filter(([, value]) => value !== null)
  return {
    ...(time !== null && { time: new Date(time).toISOString() }),
    label_name: 'footprint',
    ...Object.fromEntries(present),
    ...other,
  }
}

/** Its range of time ends where the page's does, so that it shows the same. */
function commandOf(requestId: string, beforeError: boolean): string {
  const words = [
    'npx @actionlog/cli report trail',
    `--around=${shellWord(requestId)}`,
    ...(beforeError ? ['--before-error'] : []),
    ...(logEnd.value === undefined ? [] : [`--until=${new Date(logEnd.value).toISOString()}`]),
    `--tz=${shellWord(scope.value.timeZone)}`,
    ...(start.value?.files ?? []).map((file) => shellWord(file.startsWith('-') ? `./${file}` : file)),
  ]
  return words.join(' ')
}
