import { didYouMean } from '@actionlog/core'
import type { Store } from '../store/store.js'
import { SHOWN_VIEW } from './no-view.js'
import { readFilterValue, type Scope } from './scope.js'

/** Longer names, and rarer ones in a log of so many views, are not proposed. */
const LONGEST_NAME = 200
const MOST_NAMES = 500

/** A sentence about the first view that the scope asks for and no request of the log has; null if there is none. */
export async function unknownView(store: Store, scope: Scope, signal?: AbortSignal): Promise<string | null> {
  const wanted = (scope.view ?? [])
    .map(readFilterValue)
    .filter(({ isExcluded, value }) => !isExcluded && value !== '')
    .map(({ value }) => value)
  if (wanted.length === 0) return null
  const found = await store.query<{ view: string }>(
    `SELECT DISTINCT ${SHOWN_VIEW} AS view FROM requests WHERE list_contains($wanted::VARCHAR[], ${SHOWN_VIEW})`,
    { wanted },
    signal,
  )
  const unknown = wanted.find((view) => !found.some((row) => row.view === view))
  if (unknown === undefined) return null
  const near = await nearView(store, unknown, signal)
  return `No request in the log has the view ${JSON.stringify(unknown.slice(0, LONGEST_NAME))}${near || '.'}`
}

/** `; did you mean GET /posts?`; an empty text if the log has that view, or none with a name like it. */
export async function nearView(store: Store, view: string, signal?: AbortSignal): Promise<string> {
  const names = await store.query<{ name: string }>(
    `SELECT view_name AS name FROM requests WHERE length(view_name) <= ${LONGEST_NAME}
    GROUP BY view_name ORDER BY view_name = $view DESC, count(*) DESC, view_name LIMIT ${MOST_NAMES}`,
    { view },
    signal,
  )
  const known = names.map(({ name }) => name)
  return known[0] === view ? '' : didYouMean(view, known)
}
