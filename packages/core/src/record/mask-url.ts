import { keyJudge, type Verdict } from './sensitive-key.js'

/** Writes a URL's credentials and sensitive values as `***`. */
export type UrlMask = (url: string) => string

// One that is in the value of a query may be percent-encoded, more than once
const PAIR_START = /[?;#&/]|%(?:25)*(?:3f|3b|23|26|2f)/gi
// nearly every part of a query: one key and its value, with nothing that could hide another
const ONE_PAIR = /^\??[^?;#&/=%]*=[^?;#&/=%]*$/
const EQUALS = /=|%(?:25)*3d/gi
const SCHEME = /^[a-z][a-z\d+.-]*:[/\\]*/i
const SCHEME_INSIDE = /(?::|%(?:25)*3a)(?:[/\\]|%(?:25)*(?:2f|5c)){2}/gi
const AUTHORITY_END = /[/\\?#]|%(?:25)*(?:2f|5c|3f|23)/i
const QUERY_START = /[?#]|%(?:25)*(?:3f|23)/i
const AT = /@|%(?:25)*40/gi
const HOST = /^(?:\[[^\]]*\]|[^:%]*)(?:(?::|%(?:25)*3a)\d*)?$/i
/** OAuth answers with `code` beside one of these. */
const OAUTH =
  /(?:[?&;#]|%(?:25)*(?:3f|26|3b|23))(?:state|session_state|scope|iss|client_id|redirect_uri|code_verifier|grant_type)(?:=|%(?:25)*3d)/i

/**
 * Makes the mask of URLs: credentials (`GET http://user:password@host/`) always, and the values of query keys and
 * path parameters (`;jsessionid=…`) that have one of these words. All else stays as it was received.
 */
export function urlMask(words: readonly string[]): UrlMask {
  const judge = keyJudge(words)
  return (url) => {
    const masked = maskCredentials(url)
    return words.length === 0 ? masked : maskValues(masked, judge)
  }
}

function maskValues(url: string, judge: (key: string) => Verdict): string {
  let isOAuth: boolean | undefined
  const isSensitive = (key: string): boolean => {
    const verdict = judge(key)
    if (verdict !== 'oauth') return verdict
    isOAuth ??= OAUTH.test(url)
    return isOAuth
  }
  const query = url.indexOf('?')
  if (query < 0) return mask(url, '/', isSensitive)
  const [path, values] = [url.slice(0, query), url.slice(query)]
  const [maskedPath, maskedValues] = [mask(path, '/', isSensitive), mask(values, '&', isSensitive)]
  // as nearly always: the received text costs nothing, a joined one is copied once more when it is written
  return maskedPath === path && maskedValues === values ? url : maskedPath + maskedValues
}

/** Masks each part's text from its first sensitive key on: whether `;` or `?` end a value, servers disagree. */
function mask(text: string, separator: string, isSensitive: (key: string) => boolean): string {
  if (!text.includes('=') && !text.includes('%')) return text
  let out = ''
  let written = 0
  for (let start = 0, end = 0; start <= text.length; start = end + 1) {
    end = endOf(text, separator, start)
    const secret = secretStart(text.slice(start, end), isSensitive)
    if (secret === undefined) continue
    out += `${text.slice(written, start + secret)}***`
    written = end
  }
  return out + text.slice(written)
}

/** Where the value of the part's first sensitive key starts. */
function secretStart(part: string, isSensitive: (key: string) => boolean): number | undefined {
  if (ONE_PAIR.test(part)) {
    const equals = part.indexOf('=')
    return isSensitive(part.slice(part.startsWith('?') ? 1 : 0, equals)) ? equals + 1 : undefined
  }
  let last = 0
  for (const { index, 0: equals } of part.matchAll(EQUALS)) {
    let start = last
    for (const found of part.slice(last, index).matchAll(PAIR_START))
      start = last + found.index + found[0].length
    // what follows a second `=` is still a value
    if ((start > last || last === 0) && isSensitive(part.slice(start, index))) return index + equals.length
    last = index + equals.length
  }
  return undefined
}

/** Masks those of an absolute target, and those of URLs in values. */
function maskCredentials(url: string): string {
  if (!url.includes('@') && !url.includes('%')) return url
  const own = SCHEME.exec(url)?.[0].length ?? 0
  const starts = own > 0 ? [own] : []
  for (const { index, 0: scheme } of url.matchAll(SCHEME_INSIDE))
    if (index >= own) starts.push(index + scheme.length)
  let out = ''
  let written = 0
  for (const [i, start] of starts.entries()) {
    const end = start === own ? url.length : Math.min(starts[i + 1] ?? url.length, endOf(url, '&', start))
    const length = credentialsLength(url.slice(start, end))
    if (length === 0 || start < written) continue
    out += `${url.slice(written, start)}***`
    written = start + length
  }
  return out + url.slice(written)
}

function endOf(url: string, separator: string, from: number): number {
  const end = url.indexOf(separator, from)
  return end < 0 ? url.length : end
}

/** How much of what follows a scheme is `user:password`; these may have a `/` or `?` in them. */
function credentialsLength(text: string): number {
  const [authority = ''] = text.split(AUTHORITY_END, 1)
  const [beforeQuery = ''] = text.split(QUERY_START, 1)
  if (lastAt(authority) >= 0) return lastAt(beforeQuery)
  return HOST.test(authority) ? 0 : Math.max(0, lastAt(text))
}

function lastAt(text: string): number {
  let last = -1
  for (const { index } of text.matchAll(AT)) last = index
  return last
}
