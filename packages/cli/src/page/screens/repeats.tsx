import type { VNode } from 'preact'
import { format, plural } from '../parts/format.js'
import { Panel } from '../parts/panel.js'
import { RepeatsTable } from '../parts/repeats-table.js'
import { useAnswer } from '../state/use-answer.js'

/** Which statements run in a loop? */
export function RepeatsScreen(): VNode {
  const repeats = useAnswer('repeats', {})
  const { answer } = repeats
  return (
    <>
      <h1>Repeated statements (N+1)</h1>
      <Panel
        title="Statements that run in a loop"
        of={repeats}
        isEmpty={({ total }) => total === 0}
        empty="No request of this scope repeats a statement."
        aside={answer && `${format(answer.with_repeat, 'count')} of ${plural(answer.requests, 'request')}`}
      >
        {({ repeats }) => <RepeatsTable rows={repeats} />}
      </Panel>
    </>
  )
}
