import type { VNode } from 'preact'
import { frozen, start } from '../state/live.js'
import { linkHere, place, SCREENS } from '../state/place.js'
import { logEnd, scope, viewName } from '../state/scope.js'
import { shown } from '../state/use-answer.js'
import { saveFile } from './save.js'

/** Everything on the screen, as files, and a link to it that means the same tomorrow. */
export function ExportMenu(): VNode {
  return (
    <details class="menu export">
      <summary>Share</summary>
      <div>
        <button type="button" onClick={copyLink}>
          Copy link to this range of time
        </button>
        <button type="button" onClick={saveJson}>
          Save the answers as JSON
        </button>
        <a
          href="api/export.html"
          download="action-log.html"
          onClick={({ currentTarget }) => {
            currentTarget.href = exportAddress()
          }}
        >
          Save a page as HTML
        </a>
        <p class="note">Each table can be saved as CSV below it.</p>
      </div>
    </details>
  )
}

/** The link says the times that are shown, whatever comes later; the key is not in it. */
function copyLink(): void {
  const { from, until = logEnd.value } = scope.value
  const link = linkHere({ from: from ?? null, until: until ?? null, last: null })
  void navigator.clipboard.writeText(new URL(link, location.href).href)
}

/** The same questions over the same frozen window, whose answers the server still has. */
function exportAddress(): string {
  const { screen } = place.value
  const title = (screen === 'view' && viewName.value) || SCREENS[screen]
  const questions = [...shown].map(({ question, options, scope: own }) => ({
    question,
    options,
    ...(JSON.stringify(own) !== JSON.stringify(scope.value) && { scope: own }),
  }))
  const params = { title, scope: JSON.stringify(scope.value), questions: JSON.stringify(questions) }
  return `api/export.html?${new URLSearchParams(params)}`
}

function saveJson(): void {
  const { screen } = place.value
  const answers = [...shown].map(({ question, options, scope, answer }) => ({
    question,
    options,
    scope,
    answer,
  }))
  const text = JSON.stringify(
    { screen: SCREENS[screen], files: start.value?.files, counts: frozen.value, answers },
    null,
    2,
  )
  saveFile(`action-log-${screen}.json`, 'application/json', text)
}
