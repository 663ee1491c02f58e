import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { act, KEYS, openRow } from './keys.js'

/** Listens for the page's keys, and lists them. Opened by `?`. */
export function Help(): VNode {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (act(event, dialog.current as HTMLDialogElement)) event.preventDefault()
    }
    addEventListener('keydown', press)
    addEventListener('click', openRow)
    return () => {
      removeEventListener('keydown', press)
      removeEventListener('click', openRow)
    }
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
