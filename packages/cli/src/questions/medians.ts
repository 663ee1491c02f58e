import type { Param, Store } from '../store/store.js'
import type { Trait } from './contrast.js'
import { fieldSql, isList } from './field.js'

/** Median total_time of requests with a value, and of those without it; null where there are none. */
export interface Medians {
  median_with: number | null
  median_without: number | null
}

/** Gives the medians for each trait, in one query. `rows` is a SELECT of rows of requests. */
export async function mediansOf(
  store: Store,
  rows: string,
  params: Record<string, Param>,
  traits: readonly Trait[],
  timeZone: string,
  signal?: AbortSignal,
): Promise<Medians[]> {
  if (traits.length === 0) return []
  const bound: Record<string, Param> = { ...params }
  const columns = traits.map(({ field, value }, i) => {
    const { text, params: own } = fieldSql(field, timeZone, `trait${i}`)
    Object.assign(bound, own, { [`trait${i}`]: value })
    const has = isList(field)
      ? `coalesce(list_contains(${text}, $trait${i}), false)`
      : `${text} IS NOT DISTINCT FROM $trait${i}::VARCHAR`
    return `median(total_time) FILTER (${has}) AS with${i}, median(total_time) FILTER (NOT ${has}) AS without${i}`
  })
  const [row] = await store.query<Record<string, number | null>>(
    `SELECT ${columns.join(', ')} FROM (${rows})`,
    bound,
    signal,
  )
  return traits.map((_, i) => ({
    median_with: row?.[`with${i}`] ?? null,
    median_without: row?.[`without${i}`] ?? null,
  }))
}
