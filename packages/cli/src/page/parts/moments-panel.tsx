import type { VNode } from 'preact'
import { groupBy } from '../../questions/group-by.js'
import type { Moment, Moments } from '../../questions/moments.js'
import { literal } from '../../questions/scope.js'
import { linkHere, linkTo, place } from '../state/place.js'
import { whileReading } from '../state/reading.js'
import { useAnswer } from '../state/use-answer.js'
import { format, plural } from './format.js'
import { Panel } from './panel.js'

/** Times that are shown, and moments of which they are made: a time has one of each view that it made slow. */
const SHOWN = 4
const ASKED = 50
/** So many buckets before and after a moment show what is usual. */
const AROUND = 6

/** In a larger log the question takes seconds, and is asked only if the reader wants it. */
const MOST_REQUESTS = 200_000

/** When was a view far slower than usual? */
export function MomentsPanel({ requests }: { requests: number }): VNode {
  if (requests <= MOST_REQUESTS || place.value.params.has('moments')) return <Times />
  return (
    <p class="note">
      <a href={linkHere({ moments: '1' })}>When was a view far slower than usual?</a> In so large a log this
      takes seconds.
    </p>
  )
}

function Times(): VNode {
  const moments = useAnswer('moments', { limit: ASKED })
  const { answer } = moments
  const times = [...groupBy(answer?.moments ?? [], ({ from, until }) => `${from} ${until}`).values()]
  return (
    <Panel
      title="When was a view far slower than usual?"
      class="moments"
      of={moments}
      aside={answer && sizeOf(answer, times.length)}
    >
      {({ width }) => (
        <ul class="marks" {...whileReading}>
          {times.slice(0, SHOWN).map((of) => (
            <li key={of[0]?.from}>
              <TimeLine of={of} width={width} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function sizeOf({ requests, views }: Moments, times: number): string {
  if (times === 0) return `Never, beyond noise: ${plural(requests, 'request')} of ${plural(views, 'view')}`
  return times > SHOWN ? `the surest ${SHOWN} of ${format(times, 'count')} times` : plural(times, 'time')
}

/** One time: the view that grew most, which may have made the others slow. */
function TimeLine({ of, width }: { of: readonly Moment[]; width: number }): VNode {
  const [worst, ...others] = of.toSorted((a, b) => b.p95 / b.usual_p95 - a.p95 / a.usual_p95)
  const end = width % 60_000 === 0 ? -3 : undefined // seconds where they say something
  const { view_name, from, until, requests, slow, p95, usual_p95 } = worst as Moment
  const around = { from: from - AROUND * width, until: until + AROUND * width, last: null }
  return (
    <>
      <i class="dot error" />{' '}
      <a href={linkTo('view', { view: literal(view_name), ...around })}>
        {format(from, 'time').slice(5, end)} – {format(until, 'time').slice(11, end)} {format(view_name)}
      </a>{' '}
      p95 <b>{format(p95, 'ms')}</b>, usually {format(usual_p95, 'ms')}{' '}
      <small title="were among the slowest 5% of the view">
        ({format(slow, 'count')} of {plural(requests, 'request')})
      </small>
      {others.length > 0 && (
        <small title={others.map((other) => format(other.view_name)).join('\n')}>
          , and {plural(others.length, 'other view')}
        </small>
      )}
    </>
  )
}
