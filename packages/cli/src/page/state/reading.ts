import { signal } from '@preact/signals'

/** The reader's pointer or focus is in a list, which must not change below it. */
export const isReading = signal(false)

/** Whether the reader has selected text, which a change would take away. */
export function hasSelection(): boolean {
  return getSelection()?.isCollapsed === false
}

function hold(): void {
  isReading.value = true
}

function release(): void {
  isReading.value = false
}

/** The listeners of a list that stays as it is while the pointer is over it or the focus in it. */
export const whileReading = {
  onPointerEnter: hold,
  onPointerLeave: release,
  onFocusIn: hold,
  onFocusOut: release,
}

/** The listener of a figure that stays as it is while the reader drags over it. */
export const whileDragging = {
  onPointerDown(): void {
    hold()
    for (const end of ['pointerup', 'pointercancel']) addEventListener(end, release, { once: true })
  },
}
