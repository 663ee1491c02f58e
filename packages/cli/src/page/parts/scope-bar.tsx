import type { VNode } from 'preact'
import { type Filter, filters } from '../state/filters.js'
import { fixedRange } from '../state/fixed-range.js'
import { start } from '../state/live.js'
import { go, linkHere, linkTo, place } from '../state/place.js'
import { logEnd, scope } from '../state/scope.js'
import { format } from './format.js'
import { LiveButton } from './live-button.js'
import { zoom } from './time-chart.js'
import { rangeIn, TimeField } from './time-field.js'

const LAST = [
  ['', 'Whole log'],
  ['900000', 'Last 15 minutes'],
  ['3600000', 'Last hour'],
  ['86400000', 'Last 24 hours'],
  ['604800000', 'Last 7 days'],
] as const

/** Which records all of the page is about: time range, zone, filters, search. */
export function ScopeBar(): VNode {
  const { params } = place.value
  const { from, until, timeZone, search } = scope.value
  const zones = [...new Set([timeZone, start.value?.timeZone ?? 'UTC', 'UTC'])]
  const isRange = Object.keys(fixedRange.value).length > 0
  return (
    <section class="scope" aria-label="Scope">
      <div class="row">
        <search class="search">
          <form
            onSubmit={(event) => {
              event.preventDefault()
              submitSearch(event.currentTarget)
            }}
          >
            <input
              key={search ?? ''}
              type="search"
              name="q"
              aria-label="Search the requests"
              placeholder="Search URL, user, id, agent, exception   /"
              defaultValue={search ?? ''}
              onSearch={(event: Event) => submitSearch((event.currentTarget as HTMLInputElement).form)}
            />
          </form>
        </search>
        <label>
          <span class="visually-hidden">Time range</span>
          <select
            value={isRange ? 'range' : (params.get('last') ?? '')}
            onChange={({ currentTarget: { value } }) =>
              value !== 'range' && go(linkHere({ last: value || null, from: null, until: null }))
            }
          >
            {LAST.map(([ms, name]) => (
              <option key={ms} value={ms}>
                {name}
              </option>
            ))}
            <option value="range" disabled={!isRange}>
              Range
            </option>
          </select>
        </label>
        <details class="menu range">
          <summary>
            {from === undefined
              ? 'From … to …'
              : `${format(from, 'time')} – ${until === undefined ? 'now' : format(until, 'time')}`}
          </summary>
          <form
            onSubmit={(event) => {
              event.preventDefault()
              const range = rangeIn(new FormData(event.currentTarget), 'from', 'until')
              if (range) zoom(range.from, range.until)
              event.currentTarget.closest('details')?.removeAttribute('open')
            }}
          >
            <TimeField label="From" name="from" time={from} />
            <TimeField label="To" name="until" time={until ?? logEnd.value} />
            <button type="submit">Show</button>
          </form>
        </details>
        <label>
          <span class="visually-hidden">Time zone</span>
          <select value={timeZone} onChange={({ currentTarget: { value } }) => go(linkHere({ tz: value }))}>
            {zones.map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </select>
        </label>
        <label>
          <span class="visually-hidden">Crawlers and health checks</span>
          <select
            value={scope.value.bots ?? ''}
            onChange={({ currentTarget: { value } }) => go(linkHere({ bots: value || null }))}
          >
            <option value="">With bots</option>
            <option value="exclude">Without bots</option>
            <option value="only">Only bots</option>
          </select>
        </label>
        <LiveButton />
      </div>
      <ul class="chips" aria-label="Filters">
        {filters.value
          .filter(({ isChoice }) => !isChoice)
          .map((filter) => (
            <Chip key={filter.label} of={filter} />
          ))}
      </ul>
    </section>
  )
}

function submitSearch(form: HTMLFormElement | null): void {
  if (!form) return
  const q = String(new FormData(form).get('q') ?? '').trim() || null
  go(place.value.screen === 'request' ? linkTo('overview', { q }) : linkHere({ q })) // one request is no list
}

function Chip({ of: { label, isOut, without } }: { of: Filter }): VNode {
  return (
    <li class={isOut ? 'chip out' : 'chip'}>
      <span title={format(label)}>{format(label)}</span>
      <a href={linkHere(without)} aria-label={`Remove the filter ${label}`}>
        ×
      </a>
    </li>
  )
}
