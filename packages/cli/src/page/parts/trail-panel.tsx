import type { VNode } from 'preact'
import type { Scope } from '../../questions/scope.js'
import type { Step, Trail, TrailOptions } from '../../questions/trail.js'
import { ownFields } from '../../terminal/own-fields.js'
import { linkHere } from '../state/place.js'
import { whileReading } from '../state/reading.js'
import { useAnswer } from '../state/use-answer.js'
import { format, plural } from './format.js'
import { Panel } from './panel.js'
import { requestLink, Status } from './requests-table.js'

/** Gaps longer than this are said. */
const GAP_MS = 30_000

/** What a user did, or what happened in a trace, in order: a vertical time line, with gaps. */
export function TrailPanel({ options, scope }: { options: TrailOptions; scope?: Scope }): VNode {
  const trail = useAnswer('trail', options, scope)
  const { answer } = trail
  const aside =
    answer && `${plural(answer.requests, 'request')}, ${plural(answer.actions, 'labelled record')}`
  return (
    <Panel
      title={titleOf(answer)}
      of={trail}
      isEmpty={({ steps }) => steps.length === 0}
      empty="There is nothing in this trail."
      aside={aside}
    >
      {({ steps, at, user, trace }) => (
        <>
          {user === null && <WithoutUser trace={trace} />}
          <ol class="trail" {...whileReading}>
            {steps.map((step) => (
              <StepItem key={step.record.id} of={step} isHere={step.record.id === at} />
            ))}
          </ol>
          {(user !== null || trace !== null) && (
            <p class="note">
              {options.beforeError ? (
                <a href={linkHere({ error: null })}>Show all of the trail</a>
              ) : (
                <a href={linkHere({ error: '1' })}>Only what led to the last error</a>
              )}
            </p>
          )}
        </>
      )}
    </Panel>
  )
}

function titleOf(answer: Trail | undefined): string {
  if (answer?.user) return `Trail of ${format(answer.user)}`
  return answer?.trace ? `Trail of trace ${format(answer.trace)}` : 'Trail'
}

function WithoutUser({ trace }: { trace: string | null }): VNode {
  return (
    <p class="note">
      {trace === null
        ? 'This request has no user and no trace: below is what it wrote itself.'
        : 'This request has no user: below is what happened in its trace.'}
    </p>
  )
}

function StepItem({ of, isHere }: { of: Step; isHere: boolean }): VNode {
  const { gap } = of
  return (
    <>
      {gap !== null && gap > GAP_MS && <li class="gap">{format(gap, 'ms')} later</li>}
      <li
        class={`step ${of.failed ? 'failed' : of.kind}`}
        aria-current={isHere ? 'true' : undefined}
        tabIndex={-1}
      >
        <time>{format(of.record.time, 'clock')}</time>
        {of.kind === 'request' ? (
          <p>
            <Status {...of.record} />{' '}
            <a class="text" href={requestLink(of.record)}>
              {format(of.record.method)} {format(of.record.url)}
            </a>{' '}
            <span class="muted">{format(of.record.total_time, 'ms')}</span>
            {of.record.ex_type && (
              <span class="message">
                {format(of.record.ex_type)}: {format(of.record.ex_message)}
              </span>
            )}
          </p>
        ) : (
          <p>
            <span class="tag label">{format(of.record.label_name)}</span>{' '}
            <span class="muted">{format(ownFields(of.record.fields))}</span>
          </p>
        )}
      </li>
    </>
  )
}
