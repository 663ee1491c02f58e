import type { VNode } from 'preact'
import { formatTime } from '../../time-zone/clock.js'
import { toInstant } from '../../time-zone/offset.js'
import { scope } from '../state/scope.js'

interface TimeFieldProps {
  readonly label: string
  readonly name: string
  readonly time: number | undefined
}

/** A field for a time in the scope's zone. */
export function TimeField({ label, name, time }: TimeFieldProps): VNode {
  const shown = time === undefined ? '' : formatTime(time, scope.value.timeZone).replace(' ', 'T')
  return (
    <label>
      {label} <input key={shown} type="datetime-local" step="1" required name={name} defaultValue={shown} />
    </label>
  )
}

/** The range that two such fields of a form say; null if they say none. */
export function rangeIn(form: FormData, from: string, until: string): { from: number; until: number } | null {
  const [start, end] = [timeOf(form.get(from)), timeOf(form.get(until))]
  return start < end ? { from: start, until: end } : null
}

/** NaN if the field is empty. */
function timeOf(value: FormDataEntryValue | null): number {
  return toInstant(Date.parse(`${value}Z`), scope.value.timeZone)
}
