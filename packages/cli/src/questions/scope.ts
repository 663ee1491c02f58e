/**
 * What all questions of one output are asked about: one time range, one time zone, one filter.
 *
 * Each list of values is an "or"; a value with a leading `!` leaves out; different filters are an "and". A leading
 * backslash takes the rest of a value literally (`\!x` is the value `!x`, see {@link literal}); an empty value
 * stands for records without the field.
 */
export interface Scope {
  /** From this time on, in milliseconds since 1970. Default: the first record. */
  from?: number
  /** Before this time, in milliseconds since 1970. Default: after the last record. */
  until?: number
  /** The IANA name of the zone in which times are shown and days begin. */
  timeZone: string
  view?: readonly string[]
  user?: readonly string[]
  /** Of labelled records; of requests: those that wrote such a record. */
  label?: readonly string[]
  /** `404`, `5xx`, `>=400`. */
  status?: readonly string[]
  method?: readonly string[]
  /** Any other field: a column of the requests, `query.KEY` of the URL, or `extra.KEY`. */
  fields?: Readonly<Record<string, readonly string[]>>
  /** Text that occurs, in any case, in the URL, view, user, ids, agent, address, exception or `extra`. */
  search?: string
  /** A condition in SQL over the columns of the requests. */
  where?: string
  /** Requests of crawlers and health checks, by their user agent. Default: include. */
  bots?: 'include' | 'exclude' | 'only'
  /** Only what the store held at one moment, so that an answer stays the same while the log grows. Default: all. */
  held?: Held
}

/** What a store held at one moment: its first so many rows of each kind, in the order of reading. */
export interface Held {
  requests: number
  labelled: number
  rejected: number
}

/** A half-open range of time, in milliseconds since 1970. */
export interface TimeRange {
  from: number
  until: number
}

/** One value of a filter, read. */
export interface FilterValue {
  readonly value: string
  /** Whether it had a leading `!`. */
  readonly isExcluded: boolean
}

export function readFilterValue(text: string): FilterValue {
  const isExcluded = text.startsWith('!')
  const value = isExcluded ? text.slice(1) : text
  return { isExcluded, value: value.startsWith('\\') ? value.slice(1) : value }
}

/** Gives the filter value that matches exactly `value`, whatever it begins with. */
export function literal(value: string): string {
  return /^[!\\]/.test(value) ? `\\${value}` : value
}
