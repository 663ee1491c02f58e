import { go, isScopeParam, linkTo, type Place, place, placeOf, write } from './place.js'

/**
 * Leads to the place that the reader came from. What he changed of the scope since then stays as it is: a filter that
 * was removed does not come back. Without a place before, to the overview.
 */
export function goBack(): void {
  if (typeof navigation === 'undefined') {
    if (location.hash.length > 2)
      history.back() // an old browser: it may bring a filter back
    else go(linkTo('overview', { view: null }))
    return
  }
  const past = navigation.entries().slice(0, (navigation.currentEntry?.index ?? 0) + 1)
  const places = past.map(({ url }) => placeOf(new URL(url ?? '').hash))
  const at = places.findLastIndex((other) => ownPart(other) !== ownPart(place.value))
  const [before, arrival] = [places[at], places[at + 1]]
  if (!before || !arrival) return go(linkTo('overview', { view: null }))
  const link = write(before.screen, merge(before.params, arrival.params, place.value.params))
  const { key = '' } = past[at] ?? {}
  navigation.traverseTo(key).finished?.then(
    () => go(link, true),
    () => {}, // the reader has gone elsewhere meanwhile
  )
}

/** A place without its scope, and without the box on a heatmap: who removed it wants to leave, not to have it back. */
function ownPart({ screen, params }: Place): string {
  const own = [...params].filter(([name]) => !isScopeParam(name) && name !== 'box')
  return write(screen, new URLSearchParams(own))
}

/** The parameters of the place before; but a filter that has changed since the arrival is as it is now. */
function merge(before: URLSearchParams, arrival: URLSearchParams, now: URLSearchParams): URLSearchParams {
  const merged = new URLSearchParams(before)
  const names = new Set([...arrival.keys(), ...now.keys()].filter(isScopeParam))
  for (const name of names) {
    const values = now.getAll(name)
    if (String(values) === String(arrival.getAll(name))) continue
    merged.delete(name)
    for (const value of values) merged.append(name, value)
  }
  return merged
}
