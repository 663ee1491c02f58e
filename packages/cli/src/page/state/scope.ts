import { computed } from '@preact/signals'
import { type Held, literal, type Scope } from '../../questions/scope.js'
import { canonicalZone } from '../../time-zone/names.js'
import { fixedRangeOf, numberOf } from './fixed-range.js'
import { frozen, start } from './live.js'
import { type Changes, linkHere, linkTo, place } from './place.js'

/** The filters that have a name of their own in the scope; all others are fields. */
export const LISTS = ['view', 'user', 'label', 'status', 'method'] as const
type List = (typeof LISTS)[number]

/** Just after the newest record of the frozen window. */
export const logEnd = computed(() => {
  const last = frozen.value?.last ?? null
  return last === null ? undefined : Math.floor(last) + 1
})

function timeZoneOf(params: URLSearchParams): string {
  return canonicalZone(params.get('tz') ?? '') ?? start.value?.timeZone ?? 'UTC'
}

const held = computed<Held | null>(() => {
  if (frozen.value === null) return null
  const { requests, labelled, rejected } = frozen.value
  return { requests, labelled, rejected }
})

/** What the parameters of an address narrow the page to. */
export function scopeOf(params: URLSearchParams): Scope {
  const last = numberOf(params.get('last'))
  const end = logEnd.value
  const { from = last !== undefined && end !== undefined ? end - last : undefined, until } =
    fixedRangeOf(params)
  const lists = LISTS.filter((name) => params.has(name)).map((name) => [name, params.getAll(name)])
  const names = new Set([...params.keys()].filter((name) => name.startsWith('f.')))
  const fields = [...names].map((name) => [name.slice(2), params.getAll(name)])
  const bots = params.get('bots')
  return {
    timeZone: timeZoneOf(params),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    ...Object.fromEntries(lists),
    ...(fields.length > 0 && { fields: Object.fromEntries(fields) }),
    ...(params.get('q') && { search: params.get('q') as string }),
    ...((bots === 'exclude' || bots === 'only') && { bots }),
    ...(held.value && { held: held.value }),
  }
}

/** What all questions of the page are asked about: what the store held when the page was frozen, and no more. */
export const scope = computed<Scope>(() => scopeOf(place.value.params))

/** The whole log: what happened around a request is not narrowed by the filters that led to it. */
export const wholeLog = computed<Scope>(() => ({
  timeZone: scope.value.timeZone,
  ...(held.value && { held: held.value }),
}))

const SHORT: Readonly<Record<string, List>> = {
  view_name: 'view',
  status_code: 'status',
  label_name: 'label',
}

/** The name that a record's field has as a parameter of the URL. */
export function paramOf(field: string): string {
  const name = SHORT[field] ?? field
  return LISTS.includes(name as List) ? name : `f.${field}`
}

/** Leads to only the records with the value, or only those without it. One request is no list: from there, to the overview. */
export function filterLink(field: string, value: string | null, isOut = false): string {
  const changes = filterBy(field, value, isOut)
  return place.value.screen === 'request' ? linkTo('overview', changes) : linkHere(changes)
}

function filterBy(field: string, value: string | null, isOut: boolean): Changes {
  const name = paramOf(field)
  const item = `${isOut ? '!' : ''}${value === null ? '' : literal(value)}`
  const others = place.value.params.getAll(name).filter((other) => other !== item)
  return { [name]: [...others.filter((other) => isOut || other.startsWith('!')), item] }
}

/** The view that the page is narrowed to, if it is one. */
export const viewName = computed(() => {
  const wanted = (scope.value.view ?? []).filter((view) => !view.startsWith('!'))
  return wanted.length === 1 ? (wanted[0] as string).replace(/^\\/, '') : undefined
})
