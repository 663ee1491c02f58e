/** The path and the query of a request's URL, without the `?` between them. */
export interface UrlParts {
  readonly path?: string
  readonly query?: string
}

// a proxy's clients send the whole URL
const ORIGIN = /^[a-z][a-z\d+.-]{0,31}:\/\/[^/?]*/i

/** Splits what a request line holds. `*` and `host:port` have no path. */
export function splitUrl(url: string | undefined): UrlParts {
  if (url === undefined) return {}
  const target = url.replace(ORIGIN, '')
  const end = target.indexOf('?')
  const path = end < 0 ? target : target.slice(0, end)
  return {
    ...(path.startsWith('/') && { path }),
    ...(end >= 0 && { query: target.slice(end + 1) }),
  }
}

/** The URL of which these are the parts, unless it began with an origin. */
export function joinUrl({ path = '', query }: UrlParts): string {
  return query === undefined ? path : `${path}?${query}`
}
