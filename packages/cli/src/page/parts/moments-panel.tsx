import type { VNode } from 'preact'
import type { Moment, Moments } from '../../questions/moments.js'
import { literal } from '../../questions/scope.js'
import { linkTo } from '../state/place.js'
import { whileReading } from '../state/reading.js'
import { useAnswer } from '../state/use-answer.js'
import { format, plural } from './format.js'
import { Panel } from './panel.js'

const SHOWN = 5
/** So many buckets before and after a moment show what is usual. */
const AROUND = 6

/** When was something wrong? */
export function MomentsPanel(): VNode {
  const moments = useAnswer('moments', { limit: SHOWN })
  return (
    <Panel
      title="When was something wrong?"
      class="moments"
      of={moments}
      aside={moments.answer && sizeOf(moments.answer)}
    >
      {({ moments, width }) => (
        <ul class="marks" {...whileReading}>
          {moments.map((moment) => (
            <li key={`${moment.view_name} ${moment.from}`}>
              <MomentLine of={moment} width={width} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function sizeOf({ total, moments, requests, views }: Moments): string {
  if (total === 0)
    return `No view was far slower than usual: ${plural(requests, 'request')} of ${plural(views, 'view')}`
  return total > moments.length
    ? `the surest ${moments.length} of ${format(total, 'count')}`
    : plural(total, 'moment')
}

function MomentLine({ of, width }: { of: Moment; width: number }): VNode {
  const { view_name, from, until, requests, slow, p95, usual_p95 } = of
  const around = { from: from - AROUND * width, until: until + AROUND * width, last: null }
  return (
    <>
      <i class="dot error" />{' '}
      <a class="text" href={linkTo('view', { view: literal(view_name), ...around })}>
        {format(from, 'time')} to {format(until, 'time').slice(11)}
      </a>{' '}
      <b>{format(view_name)}</b> had a p95 of <b>{format(p95, 'ms')}</b>, usually {format(usual_p95, 'ms')}{' '}
      <small>
        ({format(slow, 'count')} of {plural(requests, 'request')} among its slowest 5%)
      </small>
    </>
  )
}
