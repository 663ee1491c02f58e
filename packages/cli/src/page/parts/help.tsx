import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

const KEYS = [
  ['/', 'search'],
  ['j, k', 'next, previous row'],
  ['Enter', 'open the row'],
  ['Esc', 'remove the box, close, or go back'],
  ['?', 'this help'],
] as const

/** The keys of the page, and what they do. Opened by `?`. */
export function Help(): VNode {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!isTyping(event) && act(event, dialog.current as HTMLDialogElement)) event.preventDefault()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
  return (
    <dialog ref={dialog} aria-label="Keys">
      <h2>Keys</h2>
      <dl>
        {KEYS.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  )
}

function isTyping({ target, ctrlKey, metaKey, altKey, key }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return true
  const isField = target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)
  if (isField && key === 'Escape') target.blur()
  return isField
}

/** Does what the key means; false if it means nothing. */
function act({ key }: KeyboardEvent, dialog: HTMLDialogElement): boolean {
  if (dialog.open) return false // it has its own keys
  if (key === '?') dialog.showModal()
  else if (key === '/') document.querySelector<HTMLInputElement>('input[type=search]')?.focus()
  else if (key === 'j') focusRow(1)
  else if (key === 'k') focusRow(-1)
  else if (key === 'Escape') goBack()
  else return false
  return true
}

function focusRow(step: number): void {
  const links = [...document.querySelectorAll<HTMLElement>('main tbody tr')]
    .filter((row) => row.checkVisibility())
    .flatMap((row) => row.querySelector<HTMLElement>('a.text') ?? [])
  const at = links.findIndex((link) => link.closest('tr')?.contains(document.activeElement))
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.max(0, Math.min(links.length - 1, at + step))
  links[next]?.focus()
}

function goBack(): void {
  const open = document.querySelector('details.menu[open]')
  if (open) open.removeAttribute('open')
  else if (location.hash.length > 2) history.back()
}
