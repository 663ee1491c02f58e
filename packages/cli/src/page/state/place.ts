import { signal } from '@preact/signals'

export const SCREENS = {
  overview: 'Overview',
  view: 'View',
  compare: 'Compare',
  request: 'Request',
  errors: 'Errors',
  repeats: 'N+1',
  ranking: 'Ranking',
  users: 'Users',
  labels: 'Labels',
  rejected: 'Rejected',
} as const

export type Screen = keyof typeof SCREENS

/** Where the reader is: a screen, and everything that narrows it. It is in the URL's fragment, which no server sees. */
export interface Place {
  readonly screen: Screen
  readonly params: URLSearchParams
}

/** What a link changes: null removes. */
export type Changes = Readonly<Record<string, string | number | readonly string[] | null>>

export const place = signal<Place>(placeOf(location.hash))

addEventListener('hashchange', () => {
  if (!location.hash.startsWith('#key=')) place.value = placeOf(location.hash) // session.ts takes a key
})

/** The place that a fragment says. */
export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  return {
    screen: Object.hasOwn(SCREENS, path) ? (path as Screen) : 'overview',
    params: new URLSearchParams(query),
  }
}

/** Parameters of the whole page, which stay from screen to screen: the scope. All others belong to one screen. */
export function isScopeParam(name: string): boolean {
  return (
    ['from', 'until', 'last', 'tz', 'view', 'user', 'label', 'status', 'method', 'q', 'bots'].includes(
      name,
    ) || name.startsWith('f.')
  )
}

/** The address of a screen in the same scope, but for the changes. */
export function linkTo(screen: Screen, changes: Changes = {}): string {
  const params = new URLSearchParams([...place.value.params].filter(([name]) => isScopeParam(name)))
  return write(screen, withChanges(params, changes))
}

/** The address of this very screen, but for the changes. */
export function linkHere(changes: Changes): string {
  return write(place.value.screen, withChanges(place.value.params, changes))
}

/** The parameters after the changes. */
export function withChanges(params: URLSearchParams, changes: Changes): URLSearchParams {
  const changed = new URLSearchParams(params)
  for (const [name, value] of Object.entries(changes)) {
    changed.delete(name)
    for (const item of [value].flat()) if (item !== null) changed.append(name, String(item))
  }
  return changed
}

/** The fragment of a place. */
export function write(screen: Screen, params: URLSearchParams): string {
  const query = params.toString()
  return `#/${screen === 'overview' ? '' : screen}${query && `?${query}`}`
}

/** Goes to an address; `replace` where the back button should not stop here. */
export function go(link: string, replace = false): void {
  if (!replace) {
    location.hash = link
    return
  }
  history.replaceState(null, '', link)
  place.value = placeOf(location.hash)
}
