import type { VNode } from 'preact'
import type { TimeRange } from '../../questions/scope.js'
import { go, linkHere } from '../state/place.js'
import { scope } from '../state/scope.js'
import { fromInput, toInput } from './time-input.js'

/** Two ranges of time to compare. */
export interface Ranges {
  readonly before: TimeRange
  readonly after: TimeRange
}

/** Chooses two ranges of time. */
export function RangeForm({ of }: { of: Ranges }): VNode {
  const { timeZone } = scope.value
  const submit = (form: HTMLFormElement): void => {
    const data = new FormData(form)
    const range = (name: string): string | null => {
      const [from, until] = [
        fromInput(data.get(`${name}-from`), timeZone),
        fromInput(data.get(`${name}-until`), timeZone),
      ]
      return from !== null && until !== null && from < until ? `${from},${until}` : null
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
        <fieldset key={`${name}${of[name].from}-${of[name].until}`}>
          <legend>{name}</legend>
          <label>
            From{' '}
            <input
              type="datetime-local"
              step="1"
              required
              name={`${name}-from`}
              defaultValue={toInput(of[name].from, timeZone)}
            />
          </label>
          <label>
            To{' '}
            <input
              type="datetime-local"
              step="1"
              required
              name={`${name}-until`}
              defaultValue={toInput(of[name].until, timeZone)}
            />
          </label>
        </fieldset>
      ))}
      <button type="submit">Compare</button>
    </form>
  )
}
