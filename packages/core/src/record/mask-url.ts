import { unescape as decode } from 'node:querystring'

/** The words of query keys whose values are masked by default; see the setting `maskQuery`. */
// biome-ignore format: a list to be read at a glance
export const defaultMaskQuery: readonly string[] = [
  'token', 'accesstoken', 'refreshtoken', 'idtoken', 'jwt', 'bearer', 'auth', 'authorization',
  'password', 'passwd', 'passphrase', 'pwd', 'otp', 'totp', 'secret', 'clientsecret',
  'key', 'apikey', 'privatekey', 'credential', 'credentials', 'signature', 'sig', 'hmac',
  'session', 'sessionid', 'sid', 'phpsessid', 'jsessionid', 'csrf', 'xsrf', 'code', 'assertion',
]

const MAX_KNOWN_KEYS = 1_000
const MAX_KNOWN_CHARS = 64

/** Writes a URL's sensitive query values as `***`. */
export type QueryMask = (url: string) => string

/**
 * Makes the mask for these words. A key is sensitive if it is one of them, or has one among its words
 * (`access_token`, `user[password]`, `X-Amz-Signature`, `apiKey`, `password2`), in any case and any
 * percent-encoding. Everything else of the URL stays as it was received.
 */
export function queryMask(words: readonly string[]): QueryMask {
  const isSensitive = sensitiveKeys(words)
  return (url) => {
    let out = ''
    let written = 0 // of the url
    for (let start = url.indexOf('?') + 1; start > 0; ) {
      const next = url.indexOf('&', start)
      const end = next < 0 ? url.length : next
      const pair = url.slice(start, end)
      const masked = maskPair(pair, isSensitive)
      if (masked !== pair) {
        out += url.slice(written, start) + masked
        written = end
      }
      start = next + 1
    }
    return written === 0 ? url : out + url.slice(written)
  }
}

/** Whether `;` parts pairs, servers disagree: what follows it in a sensitive value is masked too. */
function maskPair(pair: string, isSensitive: (key: string) => boolean): string {
  let start = 0
  for (let end = pair.indexOf('='); end >= 0; end = pair.indexOf('=', start)) {
    start = Math.max(start, pair.lastIndexOf(';', end) + 1)
    if (isSensitive(pair.slice(start, end))) return `${pair.slice(0, end)}=***`
    start = pair.indexOf(';', end) + 1
    if (start === 0) break
  }
  return pair
}

function sensitiveKeys(words: readonly string[]): (key: string) => boolean {
  const sensitive = new Set(words.map((word) => wordsOf(word).join('')))
  sensitive.delete('')
  const has = (word: string): boolean => sensitive.has(word) || sensitive.has(word.replace(/\d+$/, ''))
  const known = new Map<string, boolean>()
  return (key) => {
    const verdict = known.get(key)
    if (verdict !== undefined) return verdict
    const parts = wordsOf(decode(key))
    const made = parts.some(has) || has(parts.join(''))
    if (key.length > MAX_KNOWN_CHARS) return made
    if (known.size >= MAX_KNOWN_KEYS) known.clear()
    known.set(Buffer.from(key).toString(), made) // a copy: a slice would keep its whole URL in memory
    return made
  }
}

function wordsOf(text: string): string[] {
  return text
    .replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
}
