import type { VNode } from 'preact'
import type { Summary } from '../../questions/summary.js'
import { linkTo } from '../state/place.js'
import type { AnswerState } from '../state/use-answer.js'
import { Failure } from './failure.js'
import { format, plural, type Unit } from './format.js'

interface Figure {
  readonly name: string
  readonly value: number | null
  readonly unit: Unit
  /** `≈ ` before a value that is not exact. */
  readonly about?: string
  readonly detail?: string
  readonly kind?: string
  readonly href?: string
}

/** The figures of the whole scope. */
export function Figures({ of }: { of: AnswerState<Summary> }): VNode {
  const { answer, error, retry } = of
  if (error !== undefined && !answer) return <Failure error={error} retry={retry} />
  if (!answer) return <div class="skeleton short" role="status" aria-label="Figures: loading" />
  return (
    <dl class="cards" aria-busy={of.isLoading}>
      {figuresOf(answer).map(({ name, value, unit, about = '', detail, kind, href }) => (
        <div key={name} class={`card ${value ? (kind ?? '') : ''}`}>
          <dt>{href ? <a href={href}>{name}</a> : name}</dt>
          <dd>{`${about}${format(value, unit)}`}</dd>
          {detail !== undefined && <dd class="detail">{detail}</dd>}
        </div>
      ))}
    </dl>
  )
}

function figuresOf(answer: Summary): Figure[] {
  const { requests, errors, client_errors, aborted, waiting_time, sql_time } = answer
  const about = answer.approximate ? '≈ ' : ''
  const rate = (count: number): string => (requests > 0 ? format(count / requests, 'share') : '')
  return [
    {
      name: 'Requests',
      value: requests,
      unit: 'count',
      detail: `${plural(answer.views, 'view')}, ${plural(answer.users, 'user')}`,
      href: linkTo('ranking'),
    },
    {
      name: 'Waiting time',
      value: waiting_time,
      unit: 'ms',
      detail: waiting_time > 0 ? `${format(sql_time / waiting_time, 'share')} SQL` : '',
    },
    { name: 'p50', value: answer.p50, unit: 'ms', about, detail: `mean ${format(answer.mean, 'ms')}` },
    { name: 'p95', value: answer.p95, unit: 'ms', about, detail: `p99 ${about}${format(answer.p99, 'ms')}` },
    {
      name: 'Errors',
      value: errors,
      unit: 'count',
      detail: rate(errors),
      kind: 'error',
      href: linkTo('errors'),
    },
    {
      name: 'Client errors',
      value: client_errors,
      unit: 'count',
      detail: rate(client_errors),
      kind: 'client',
    },
    { name: 'Aborted', value: aborted, unit: 'count', detail: rate(aborted), kind: 'aborted' },
    {
      name: 'N+1',
      value: answer.repeats,
      unit: 'count',
      detail: rate(answer.repeats),
      kind: 'warning',
      href: linkTo('repeats'),
    },
    { name: 'Labelled', value: answer.labelled, unit: 'count', detail: 'records', href: linkTo('labels') },
  ]
}
