import type { VNode } from 'preact'
import { filterLink } from '../state/scope.js'
import { format } from './format.js'

interface ValueProps {
  /** The record's field, `query.KEY` or `extra.KEY`. */
  readonly field: string
  readonly value: string | number | null | undefined
  /** Where its text leads. Default: the filter. */
  readonly href?: string
  readonly shown?: string
}

/** A value of the log. A click shows only the records that have it; the minus beside it, all others. */
export function Value({ field, value, href, shown }: ValueProps): VNode {
  const text = value === null || value === undefined ? null : String(value)
  const label = shown ?? format(text)
  return (
    <span class="value">
      <a class="text" href={href ?? filterLink(field, text)} title={href ? label : `Only ${field} ${label}`}>
        {label}
      </a>
      {href && (
        <a class="only" href={filterLink(field, text)} aria-label={`Only ${field} ${label}`}>
          +
        </a>
      )}
      <a class="without" href={filterLink(field, text, true)} aria-label={`Without ${field} ${label}`}>
        −
      </a>
    </span>
  )
}
