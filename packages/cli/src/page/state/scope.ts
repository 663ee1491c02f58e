import { computed } from '@preact/signals'
import { type Held, literal, type Scope } from '../../questions/scope.js'
import { canonicalZone } from '../../time-zone/names.js'
import { fixedRange, numberOf } from './fixed-range.js'
import { frozen, start } from './live.js'
import { type Changes, place } from './place.js'

/** The filters that have a name of their own in the scope; all others are fields. */
const LISTS = ['view', 'user', 'label', 'status', 'method'] as const
type List = (typeof LISTS)[number]

/** Just after the newest record of the frozen window. */
export const logEnd = computed(() => {
  const last = frozen.value?.last ?? null
  return last === null ? undefined : Math.floor(last) + 1
})

const timeZone = computed(
  () => canonicalZone(place.value.params.get('tz') ?? '') ?? start.value?.timeZone ?? 'UTC',
)

const held = computed<Held | null>(() => {
  if (frozen.value === null) return null
  const { requests, labelled, rejected } = frozen.value
  return { requests, labelled, rejected }
})

/** What all questions of the page are asked about: what the store held when the page was frozen, and no more. */
export const scope = computed<Scope>(() => {
  const { params } = place.value
  const last = numberOf(params.get('last'))
  const end = logEnd.value
  const { from = last !== undefined && end !== undefined ? end - last : undefined, until } = fixedRange.value
  const lists = LISTS.filter((name) => params.has(name)).map((name) => [name, params.getAll(name)])
  const names = new Set([...params.keys()].filter((name) => name.startsWith('f.')))
  const fields = [...names].map((name) => [name.slice(2), params.getAll(name)])
  const bots = params.get('bots')
  return {
    timeZone: timeZone.value,
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    ...Object.fromEntries(lists),
    ...(fields.length > 0 && { fields: Object.fromEntries(fields) }),
    ...(params.get('q') && { search: params.get('q') as string }),
    ...((bots === 'exclude' || bots === 'only') && { bots }),
    ...(held.value && { held: held.value }),
  }
})

/** The whole log: what happened around a request is not narrowed by the filters that led to it. */
export const wholeLog = computed<Scope>(() => ({
  timeZone: timeZone.value,
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

/** What a link changes to show only records with the value, or only those without it. */
export function filterBy(field: string, value: string | null, isOut = false): Changes {
  const name = paramOf(field)
  const item = `${isOut ? '!' : ''}${value === null ? '' : literal(value)}`
  const others = place.value.params.getAll(name).filter((other) => other !== item)
  return { [name]: [...others.filter((other) => isOut || other.startsWith('!')), item] }
}

/** A filter that is set, for the scope bar. */
export interface Chip {
  readonly param: string
  readonly value: string
  readonly label: string
  readonly isOut: boolean
}

export const chips = computed<readonly Chip[]>(() =>
  [...place.value.params]
    .filter(([param]) => LISTS.includes(param as List) || param.startsWith('f.'))
    .map(([param, value]) => {
      const isOut = value.startsWith('!')
      const plain = (isOut ? value.slice(1) : value).replace(/^\\/, '')
      return {
        param,
        value,
        isOut,
        label: `${param.replace(/^f\./, '')} ${isOut ? 'not ' : ''}${plain || '(none)'}`,
      }
    }),
)

/** What a link changes to remove the filter. */
export function withoutChip({ param, value }: Chip): Changes {
  return { [param]: place.value.params.getAll(param).filter((other) => other !== value) }
}

/** The view that the page is narrowed to, if it is one. */
export const viewName = computed(() => {
  const wanted = (scope.value.view ?? []).filter((view) => !view.startsWith('!'))
  return wanted.length === 1 ? (wanted[0] as string).replace(/^\\/, '') : undefined
})
