/** What all questions of one output are asked about: one time range, one time zone, one filter. */
export interface Scope {
  /** From this time on, in milliseconds since 1970. Default: the first record. */
  from?: number
  /** Before this time, in milliseconds since 1970. Default: after the last record. */
  until?: number
  /** The IANA name of the zone in which times are shown and days begin. */
  timeZone: string
  /** Each list is an "or", a value with a leading `!` leaves out; the lists are an "and". */
  view?: readonly string[]
  user?: readonly string[]
  label?: readonly string[]
  /** `404`, `5xx`, `>=400`. */
  status?: readonly string[]
  method?: readonly string[]
  /** A condition in SQL over the columns of the requests. */
  where?: string
  /** Requests of crawlers and health checks, by their user agent. Default: include. */
  bots?: 'include' | 'exclude' | 'only'
}
