import type { ComponentChildren, VNode } from 'preact'
import type { RequestRow } from '../../questions/request-row.js'
import { literal } from '../../questions/scope.js'
import { inertLines } from '../../terminal/inert.js'
import { linkTo } from '../state/place.js'
import { format } from './format.js'
import { Value } from './value.js'

/** Fields that every footprint has; all others are shown only where the record has them. */
const ALWAYS = [
  'request_id',
  'method',
  'url',
  'view_name',
  'status_code',
  'user',
  'remote_ip',
  'user_agent',
  'sql_count',
  'sql_time',
  'node_time',
  'total_time',
]
const MS_FIELDS = ['total_time', 'sql_time', 'node_time', 'head_time', 'sql_slowest_time']
/** Longer values get a line of their own. */
const LONG = 28

/** A whole record: all fields that it has, also those that actionlog does not know. */
export function RecordFields({ of }: { of: RequestRow }): VNode {
  const { id: _, time, extra, other, ...fields } = of
  const own = Object.entries(fields).filter(([name, value]) => value !== null || ALWAYS.includes(name))
  return (
    <dl class="record">
      <Field name="time">
        {format(time, 'time').slice(0, 11)}
        {time !== null && format(time, 'clock')}
      </Field>
      <Field name="label_name">footprint</Field>
      {own.map(([name, value]) => (
        <Field key={name} name={name} isLong={isLong(value)}>
          {ownValue(name, value)}
        </Field>
      ))}
      {Object.entries(extra ?? {}).map(([key, value]) => (
        <Field key={`extra.${key}`} name={`extra.${key}`} isLong={isLong(value)}>
          <FilterValue field={`extra.${key}`} value={value} />
        </Field>
      ))}
      {Object.entries(other ?? {}).map(([key, value]) => (
        <Field key={`other.${key}`} name={key} isLong={isLong(value)}>
          <AnyValue of={value} />
        </Field>
      ))}
    </dl>
  )
}

function ownValue(name: string, value: string | number | boolean | null): ComponentChildren {
  if (name === 'ex_stack') return <Block text={String(value)} label="Stack of the exception" />
  if (MS_FIELDS.includes(name)) return format(value, 'ms')
  if (name !== 'view_name' || !value) return <FilterValue field={name} value={value} />
  return <Value field={name} value={String(value)} href={linkTo('view', { view: literal(String(value)) })} />
}

/** A value that the page can filter by, unless it is nested or empty. */
function FilterValue({ field, value }: { field: string; value: unknown }): VNode {
  if (isNested(value) || value === '') return <AnyValue of={value} />
  return <Value field={field} value={value === null ? null : String(value)} />
}

/** A value that the page cannot filter by. */
function AnyValue({ of }: { of: unknown }): VNode {
  if (isNested(of)) return <Block text={JSON.stringify(of, null, 2)} label="JSON" />
  return of === '' ? <span class="muted">empty</span> : <span>{format(of)}</span>
}

function Block({ text, label }: { text: string; label: string }): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <pre role="group" aria-label={label} tabIndex={0}>
      {inertLines(text)}
    </pre>
  )
}

function Field({
  name,
  isLong = false,
  children,
}: {
  name: string
  isLong?: boolean
  children: ComponentChildren
}): VNode {
  return (
    <div class={isLong ? 'long' : ''}>
      <dt title={format(name)}>{format(name)}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function isLong(value: unknown): boolean {
  return isNested(value) || String(value).length > LONG || String(value).includes('\n')
}
