import { signal } from '@preact/signals'

const dark = matchMedia('(prefers-color-scheme: dark)')

/** Light or dark: what is drawn on a canvas is drawn again when it changes. */
export const scheme = signal<'light' | 'dark'>(dark.matches ? 'dark' : 'light')

dark.addEventListener('change', () => {
  scheme.value = dark.matches ? 'dark' : 'light'
})

/** A colour of the style sheet, for a canvas. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
}
