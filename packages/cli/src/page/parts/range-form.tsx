import type { VNode } from 'preact'
import type { TimeRange } from '../../questions/scope.js'
import { go, linkHere } from '../state/place.js'
import { rangeIn, TimeField } from './time-field.js'

/** Two ranges of time to compare. */
export interface Ranges {
  readonly before: TimeRange
  readonly after: TimeRange
}

/** Chooses two ranges of time. */
export function RangeForm({ of }: { of: Ranges }): VNode {
  const submit = (form: HTMLFormElement): void => {
    const data = new FormData(form)
    const range = (name: string): string | null => {
      const read = rangeIn(data, `${name}-from`, `${name}-until`)
      return read && `${read.from},${read.until}`
    }
    const [before, after] = [range('before'), range('after')]
    if (before && after) go(linkHere({ before, after, at: null }))
  }
  return (
    <form
      class="ranges"
      onSubmit={(event) => {
        event.preventDefault()
        submit(event.currentTarget)
      }}
    >
      {(['before', 'after'] as const).map((name) => (
        <fieldset key={name}>
          <legend>{name === 'before' ? 'Before' : 'After'}</legend>
          <TimeField label="From" name={`${name}-from`} time={of[name].from} />
          <TimeField label="To" name={`${name}-until`} time={of[name].until} />
        </fieldset>
      ))}
      <button type="submit">Compare</button>
    </form>
  )
}
