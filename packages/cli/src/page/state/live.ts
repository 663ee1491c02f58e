import { computed, signal } from '@preact/signals'
import type { Progress } from '../../dashboard/log.js'
import { getJson, NoSession, waiting } from './ask.js'
import { fixedRange } from './fixed-range.js'
import { hasSelection, isReading } from './reading.js'

const STALE_MS = 15_000
const RETRY_MS = 1_000
/** A dashboard that was started again knows this browser as soon as its new address is opened in another tab. */
const REFUSED_RETRY_MS = 3_000
/** The page asks its questions again at most this often. */
const REFRESH_MS = 900

export interface Start {
  files: readonly string[]
  timeZone: string
  progress: Progress
}

export const start = signal<Start | null>(null)
/** What is in the store now. */
export const progress = signal<Progress | null>(null)
/** What was in the store when the page last asked its questions: all that it shows is of then. */
export const frozen = signal<Progress | null>(null)
export const isPaused = signal(false)
/** `lost`: the dashboard does not answer. `refused`: it answers, but does not know this browser. */
export const connection = signal<'open' | 'lost' | 'refused'>('open')
/** When the dashboard last said something, in milliseconds since 1970. */
export const heardAt = signal(Date.now())

/** Requests and labelled records that the page does not show yet. */
export const fresh = computed(() => {
  const count = (of: Progress | null): number => (of ? of.requests + of.labelled + of.rejected : 0)
  return Math.max(0, count(progress.value) - count(frozen.value))
})

/** Shows all that there is now. */
export function refresh(): void {
  frozen.value = progress.value
  refreshedAt = Date.now()
}

let refreshedAt = 0
let retry: ReturnType<typeof setTimeout> | undefined

/** Opens the connection and keeps it open. */
export async function follow(): Promise<void> {
  clearTimeout(retry)
  try {
    start.value = await getJson<Start>('api/start')
    progress.value = start.value.progress
    // what is shown is of the run before, whose log may have been another
    if (frozen.value === null || connection.value === 'refused') refresh()
    listen()
  } catch (error) {
    const isRefused = error instanceof NoSession
    connection.value = isRefused ? 'refused' : 'lost'
    retry = setTimeout(follow, isRefused ? REFUSED_RETRY_MS : RETRY_MS)
  }
}

function listen(): void {
  const events = new EventSource('api/live')
  const look = setInterval(() => {
    if (Date.now() - heardAt.value > STALE_MS) reconnect()
    else refreshIfDue()
  }, REFRESH_MS / 3)
  const reconnect = (): void => {
    clearInterval(look)
    events.close()
    connection.value = 'lost'
    retry = setTimeout(follow, RETRY_MS)
  }
  const hear = (): void => {
    heardAt.value = Date.now()
    connection.value = 'open'
  }
  events.onmessage = ({ data }) => {
    hear()
    progress.value = JSON.parse(data)
    refreshIfDue()
  }
  events.onerror = reconnect
  hear()
}

function refreshIfDue(): void {
  const isLoaded = frozen.value?.is_loading === false
  if (fresh.value === 0 && isLoaded) return
  if (isLoaded && fixedRange.value.until !== undefined) return // a range of time with an end stays as it is
  if (waiting.value > 0 || isPaused.value || document.hidden) return
  if (isReading.value || hasSelection()) return
  if (Date.now() - refreshedAt >= REFRESH_MS) refresh()
}
