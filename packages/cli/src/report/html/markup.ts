import { inert } from '../../terminal/inert.js'

/** Markup, the only thing that {@link html} takes as it is. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A template for markup: what is filled in is escaped and made inert, lists are joined, `false` is left out. */
export function html(parts: TemplateStringsArray, ...values: unknown[]): Markup {
  return new Markup(String.raw({ raw: parts }, ...values.map(markupOf)))
}

function markupOf(value: unknown): string {
  if (value instanceof Markup) return value.text
  if (Array.isArray(value)) return value.map(markupOf).join('')
  if (value === undefined || value === null || value === false) return ''
  return inert(String(value)).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}
