import type { ComponentChildren, VNode } from 'preact'
import type { AnswerState } from '../state/use-answer.js'
import { Empty } from './empty.js'
import { Failure } from './failure.js'

interface PanelProps<Answer> {
  readonly title: string
  /** What stands beside the title: counts, choices. */
  readonly aside?: ComponentChildren
  readonly of: AnswerState<Answer>
  readonly children: (answer: Answer) => ComponentChildren
  /** Whether the answer holds nothing, and what to say then. */
  readonly isEmpty?: (answer: Answer) => boolean
  readonly empty?: ComponentChildren
  readonly class?: string
}

/** A titled part of a screen in its four states: loading, failed, empty, filled. */
export function Panel<Answer>(props: PanelProps<Answer>): VNode {
  const { title, aside, of, children, isEmpty, empty = 'Nothing in this scope.' } = props
  return (
    <section class={`panel ${props.class ?? ''}`} aria-label={title} aria-busy={of.isLoading}>
      <header>
        <h2>{title}</h2>
        {aside !== undefined && <div class="aside">{aside}</div>}
      </header>
      {of.error !== undefined && <Failure error={of.error} retry={of.retry} />}
      {of.answer === undefined ? (
        of.error === undefined && <div class="skeleton" role="status" aria-label={`${title}: loading`} />
      ) : isEmpty?.(of.answer) ? (
        <Empty of={of} isEmpty={isEmpty}>
          {empty}
        </Empty>
      ) : (
        children(of.answer)
      )}
    </section>
  )
}
