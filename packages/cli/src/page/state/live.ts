import { computed, signal } from '@preact/signals'
import type { Progress } from '../../dashboard/log.js'
import { getJson, NoSession, waiting } from './ask.js'

const STALE_MS = 15_000
const RETRY_MS = 1_000
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
/** The reader's pointer, focus or selection is in a list, which must not change below it. */
export const isReading = signal(false)
export const connection = signal<'open' | 'lost' | 'refused'>('open')

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
let heardAt = Date.now()

/** Opens the connection and keeps it open. */
export async function follow(): Promise<void> {
  try {
    start.value = await getJson<Start>('api/start')
    progress.value = start.value.progress
    if (frozen.value === null) refresh()
    listen()
  } catch (error) {
    connection.value = error instanceof NoSession ? 'refused' : 'lost'
    if (!(error instanceof NoSession)) setTimeout(follow, RETRY_MS)
  }
}

function listen(): void {
  const events = new EventSource('api/live')
  const look = setInterval(() => {
    if (Date.now() - heardAt > STALE_MS) reconnect()
    else refreshIfDue()
  }, REFRESH_MS / 3)
  const reconnect = (): void => {
    clearInterval(look)
    events.close()
    connection.value = 'lost'
    setTimeout(follow, RETRY_MS)
  }
  events.onmessage = ({ data }) => {
    heardAt = Date.now()
    connection.value = 'open'
    progress.value = JSON.parse(data)
    refreshIfDue()
  }
  events.onerror = reconnect
  heardAt = Date.now()
}

function refreshIfDue(): void {
  if (fresh.value === 0 || waiting.value > 0 || isPaused.value || isReading.value || document.hidden) return
  if (Date.now() - refreshedAt >= REFRESH_MS) refresh()
}
