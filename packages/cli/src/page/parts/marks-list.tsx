import type { VNode } from 'preact'
import type { Deploys } from '../../questions/deploys.js'
import type { LatencyStep, Steps } from '../../questions/steps.js'
import { linkTo } from '../state/place.js'
import type { AnswerState } from '../state/use-answer.js'
import { format, plural } from './format.js'
import { Panel } from './panel.js'

interface MarksListProps {
  readonly steps: AnswerState<Steps>
  readonly deploys: AnswerState<Deploys>
}

/** The marks on the axis of time in words: when the latency changed by itself, and when a version arrived. */
export function MarksList({ steps, deploys }: MarksListProps): VNode {
  const versions = deploys.answer?.deploys.slice(1) ?? []
  return (
    <Panel
      title="Changes"
      of={steps}
      isEmpty={({ steps }) => steps.length + versions.length === 0}
      empty="No change of latency beyond chance, and no new version."
    >
      {({ steps }) => (
        <ul class="marks">
          {steps.map((step) => (
            <li key={`${step.view_name}${step.time}`}>
              <StepLine of={step} />
            </li>
          ))}
          {versions.map(({ version, first, requests }) => (
            <li key={version}>
              <i class="dot deploy" /> {format(first, 'time')} <b>version {format(version)}</b> arrived,{' '}
              {plural(requests, 'request')} since then.{' '}
              <a href={linkTo('compare', { at: first })}>Compare before and after</a>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function StepLine({ of }: { of: LatencyStep }): VNode {
  const { time, view_name, before, after, before_requests, after_requests, differences } = of
  return (
    <>
      <i class={`dot ${after > before ? 'error' : 'good'}`} /> {format(time, 'time')}{' '}
      <b>{format(view_name)}</b> went from {format(before, 'ms')} to <b>{format(after, 'ms')}</b>{' '}
      <small>
        (medians of {format(before_requests, 'count')} and {plural(after_requests, 'request')})
      </small>
      {differences.slice(0, 3).map(({ field, value, before_share, after_share }) => (
        <small key={field}>
          {' '}
          · {field} {format(value)}: {format(before_share, 'share')} → {format(after_share, 'share')}
        </small>
      ))}{' '}
      <a href={linkTo('compare', { at: time })}>Compare before and after</a>
    </>
  )
}
