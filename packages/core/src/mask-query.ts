/** The words of query keys whose values are masked by default; see the setting `maskQuery`. */
// biome-ignore format: a list to be read at a glance
export const defaultMaskQuery: readonly string[] = [
  'token', 'accesstoken', 'refreshtoken', 'idtoken', 'jwt', 'bearer', 'auth', 'authorization',
  'password', 'passwd', 'passphrase', 'pwd', 'otp', 'totp', 'secret', 'clientsecret',
  'key', 'apikey', 'privatekey', 'credential', 'credentials', 'signature', 'sig', 'hmac',
  'session', 'sessionid', 'sid', 'csrf', 'xsrf', 'code', 'assertion',
]

/** Writes a URL's sensitive query values as `***`. */
export type QueryMask = (url: string) => string

/**
 * Makes the mask for these words. A key is sensitive if it is one of them, or has one among its words
 * (`access_token`, `user[password]`, `X-Amz-Signature`, `apiKey`), in any case and any percent-encoding.
 * Everything else of the URL stays as it was received.
 */
export function queryMask(words: readonly string[]): QueryMask {
  const sensitive = new Set(words.map((word) => word.toLowerCase().replace(/[^a-z0-9]/g, '')))
  return (url) => {
    const start = url.indexOf('?') + 1
    if (start === 0) return url
    const pairs = url.slice(start).split(/([&;])/)
    for (let i = 0; i < pairs.length; i += 2) {
      const pair = pairs[i] as string
      const equals = pair.indexOf('=')
      if (equals >= 0 && isSensitive(pair.slice(0, equals), sensitive))
        pairs[i] = `${pair.slice(0, equals)}=***`
    }
    return url.slice(0, start) + pairs.join('')
  }
}

function isSensitive(rawKey: string, sensitive: ReadonlySet<string>): boolean {
  const key = decode(rawKey)
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
  return words.some((word) => sensitive.has(word)) || sensitive.has(words.join(''))
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text.replace(/%[0-9a-f]{2}/gi, (hex) => String.fromCharCode(Number.parseInt(hex.slice(1), 16)))
  }
}
