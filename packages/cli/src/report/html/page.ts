import { createHash } from 'node:crypto'
import { type Head, headSentences } from '../head.js'
import type { Panel } from '../panel.js'
import { html, Markup } from './markup.js'
import { panelMarkup } from './panel.js'
import { STYLE } from './style.js'

// Nothing may be loaded or run, whatever the log holds: only this very style sheet
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`

/** One self-contained page, without a script, to send to a colleague. */
export function toPage(title: string, head: Head, panels: readonly Panel[]): string {
  const { timeZone } = head.scope
  const [files = '', ...sentences] = headSentences(head)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}: ${files}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>
<h1>${title}: ${files}</h1>
${sentences.map((sentence) => html`<p>${sentence}</p>\n`)}</header>
<main>
${panels.map((panel) => panelMarkup(panel, timeZone))}</main>
<footer>Made by actionlog.</footer>
</body>
</html>
`.text
}
