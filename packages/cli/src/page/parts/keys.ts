import { goBack } from '../state/back.js'
import { go, linkHere, place } from '../state/place.js'

/** The keys of the page, and what they do. */
export const KEYS = [
  ['/', 'search'],
  ['j, k', 'next, previous row'],
  ['Enter', 'open the row'],
  ['Esc', 'remove the box, close, or go back'],
  ['?', 'this help'],
] as const

const ROWS = 'main tbody tr, main .trail > .step, main .actions > li'

/** The row that had the focus last, for each address: coming back, `j` begins there. */
const lastRow = new Map<string, number>()

/** Does what the key means; false if it means nothing. */
export function act(event: KeyboardEvent, help: HTMLDialogElement): boolean {
  if (help.open || isTyping(event)) return false
  switch (event.key) {
    case '?':
      help.showModal()
      return true
    case '/':
      document.querySelector<HTMLInputElement>('input[type=search]')?.focus()
      return true
    case 'j':
      focusRow(1)
      return true
    case 'k':
      focusRow(-1)
      return true
    case 'Escape':
      closeOrGoBack()
      return true
    default:
      return false
  }
}

function isTyping({ target, ctrlKey, metaKey, altKey, key }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return true
  const isField = target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)
  if (isField && key === 'Escape') target.blur()
  return isField
}

/** Focuses what opens the next row; a row that leads nowhere itself. */
function focusRow(step: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>(ROWS)].filter((row) => row.checkVisibility())
  const at = rows.findIndex((row) => row.contains(document.activeElement))
  const first = lastRow.get(location.hash) ?? (step > 0 ? 0 : rows.length - 1)
  const next = Math.max(0, Math.min(rows.length - 1, at < 0 ? first : at + step))
  const row = rows[next]
  if (!row) return
  lastRow.set(location.hash, next)
  const target = linkOf(row) ?? row
  target.focus()
  row.scrollIntoView({ block: 'nearest' })
}

/** A click on a row's free part opens what Enter would open. */
export function openRow({ target, defaultPrevented }: MouseEvent): void {
  const isFree = target instanceof Element && !target.closest('a, button, summary, label, input, select')
  if (!isFree || defaultPrevented || getSelection()?.isCollapsed === false) return
  const row = target.closest(ROWS)
  if (row) linkOf(row)?.click()
}

/** What opens a row. */
function linkOf(row: Element): HTMLElement | null {
  return row.querySelector<HTMLElement>('a.open') ?? row.querySelector<HTMLElement>('a.text')
}

function closeOrGoBack(): void {
  const open = document.querySelector('details.menu[open]')
  if (open) open.removeAttribute('open')
  else if (place.value.params.has('box')) go(linkHere({ box: null }))
  else goBack()
}
