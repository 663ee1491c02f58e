import { computed } from '@preact/signals'
import { format } from '../parts/format.js'
import { fixedRange } from './fixed-range.js'
import { type Changes, place } from './place.js'
import { LISTS, scope } from './scope.js'

/** Something that narrows the page. */
export interface Filter {
  readonly label: string
  readonly isOut: boolean
  /** What a link changes to remove it. */
  readonly without: Changes
  /** A choice of the scope bar shows it, so that it needs no chip. */
  readonly isChoice?: boolean
}

/** All that narrows the page. */
export const filters = computed<readonly Filter[]>(() => {
  const { params } = place.value
  const { from, until, search, bots } = scope.value
  const isRange = Object.keys(fixedRange.value).length > 0
  const set = (isSet: boolean, filter: Omit<Filter, 'isOut'>): Filter[] =>
    isSet ? [{ ...filter, isOut: false }] : []
  return [
    ...set(isRange, {
      label: from === undefined ? `until ${format(until, 'time')}` : rangeLabel(from, until),
      without: { from: null, until: null },
    }),
    ...set(!isRange && from !== undefined, {
      label: 'the last part of the log',
      without: { last: null },
      isChoice: true,
    }),
    ...[...params]
      .filter(([param]) => LISTS.some((name) => name === param) || param.startsWith('f.'))
      .map(([param, value]) => valueFilter(params, param, value)),
    ...set(search !== undefined, { label: `text “${search}”`, without: { q: null } }),
    ...set(bots !== undefined, {
      label: bots === 'only' ? 'only bots' : 'without bots',
      without: { bots: null },
      isChoice: true,
    }),
  ]
})

function rangeLabel(from: number, until: number | undefined): string {
  return until === undefined
    ? `from ${format(from, 'time')}`
    : `${format(from, 'time')} – ${format(until, 'time').slice(11)}`
}

function valueFilter(params: URLSearchParams, param: string, value: string): Filter {
  const isOut = value.startsWith('!')
  const plain = (isOut ? value.slice(1) : value).replace(/^\\/, '')
  return {
    label: `${param.replace(/^f\./, '')} ${isOut ? 'not ' : ''}${plain || '(none)'}`,
    isOut,
    without: { [param]: params.getAll(param).filter((other) => other !== value) },
  }
}
