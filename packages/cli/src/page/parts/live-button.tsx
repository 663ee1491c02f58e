import type { VNode } from 'preact'
import { fixedRange } from '../state/fixed-range.js'
import { connection, fresh, heardAt, isPaused, progress, refresh } from '../state/live.js'
import { place } from '../state/place.js'
import { format, plural } from './format.js'

/** Whether the page follows the log, and what it does not show yet. */
export function LiveButton(): VNode {
  const count = fresh.value
  const isFixed = fixedRange.value.until !== undefined
  const pause = (): void => {
    isPaused.value = !isPaused.value
    if (!isPaused.value) refresh()
  }
  return (
    <div class="live">
      {count > 0 && !isFixed && (
        <button type="button" class="fresh" onClick={refresh} title="Show them">
          {format(count, 'count')} new
        </button>
      )}
      <button
        type="button"
        class={isPaused.value ? 'pause' : 'pause on'}
        aria-pressed={!isPaused.value}
        onClick={pause}
        disabled={isFixed}
        title={isFixed ? 'The range of time has an end' : isPaused.value ? 'Follow the log' : 'Pause'}
      >
        <i class={`dot ${connection.value}`} />
        {isFixed ? 'Fixed' : isPaused.value ? 'Paused' : connection.value === 'open' ? 'Live' : 'Stale'}
      </button>
    </div>
  )
}

/** What the reader must know about the figures: that they are old, or not complete yet. */
export function Notices(): VNode {
  const { is_loading, loaded, notices, rejected } = progress.value ?? {
    is_loading: false,
    loaded: 1,
    notices: [],
    rejected: 0,
  }
  return (
    <div class="notices" role="status">
      {connection.value !== 'open' && <p class="notice error">{whyStale(connection.value)}</p>}
      {is_loading && (
        <p class="notice">Still reading the log: {format(loaded, 'share')}. The figures grow.</p>
      )}
      {notices.map((notice) => (
        <p key={notice} class="notice">
          {format(notice)}
        </p>
      ))}
      {rejected > 0 && place.value.screen === 'overview' && (
        <p class="notice">
          <a href="#/rejected">{plural(rejected, 'line')} rejected</a>: no records.
        </p>
      )}
    </div>
  )
}

function whyStale(connection: 'lost' | 'refused'): string {
  const since = format(heardAt.value, 'time')
  return connection === 'lost'
    ? `The dashboard has not answered since ${since}: what you see is as of then. If its command has ended, start it again and open the address that it prints. Trying again …`
    : `The dashboard does not know this browser any more, because it was started again or the session has ended: what you see is as of ${since}. Open the address that its command printed last, here or in another tab.`
}
