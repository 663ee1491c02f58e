import fc from 'fast-check'

/** What breaks lines, terminals, JSON, URLs or patterns, raw and percent-encoded. */
// biome-ignore format: a list to be read at a glance
export const NASTY = [
  '\x1b[2J', '\x9b31m', '\x85', '\r', '\n', '\0', '\t', '\x7f', '"', '\\', '%', '%zz', '%1b[2J', '%0d%0a', '%e2%80%a8', '%ff',
  '\xff\xfe', '{', '}', ',"status_code":200', '&', '=', ';', '?', '#', '@', '/', '//', '../', '*', ':', '[', '://', ' ', '__proto__',
  `%0a${'='.repeat(18)} Footprint Log ${'='.repeat(18)}%0a`, '%0astatus_code : 200', '\xc3', 'x'.repeat(9000),
]
const latin1 = fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
/** Text of any characters. */
export const text = fc
  .array(fc.oneof(fc.constantFrom(...NASTY), latin1, fc.string({ maxLength: 8 })), { maxLength: 4 })
  .map((parts) => parts.join(''))
const keep = (from: fc.Arbitrary<string>, unwanted: RegExp): fc.Arbitrary<string> =>
  from.map((part) => part.replace(unwanted, ''))
/** Text that an HTTP/1 parser takes in a target or a header. */
export const visible = keep(text, /[\0-\x20\x7f]|[^\0-\xff]/g)
/** Text that may name a header. */
export const token = keep(text, /[^\w!#$%&'*+.^`|~-]/g).map((part) => part || 'x')
const encoded = text.map((part) => encodeURIComponent(part.toWellFormed()))

export interface Ask {
  method: string
  target: string
  headers: [string, string][]
  body: string
}

const METHODS = ['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'M-SEARCH', 'TRACE', 'PROPFIND']
// biome-ignore format: a list to be read at a glance
const NAMES = [
  'User-Agent', 'X-User', 'X-Request-Id', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'traceparent', 'Referer',
  'Content-Type', 'Content-Encoding', 'Expect', 'Cookie', 'Authorization', 'Range', 'Accept-Language', 'Forwarded', 'Via',
]

/** Requests that a parser takes, if the parts are what it takes. */
export const ask = (part: fc.Arbitrary<string>, word: fc.Arbitrary<string>): fc.Arbitrary<Ask> =>
  fc.record({
    method: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...METHODS) }, { weight: 1, arbitrary: word }),
    target: fc.oneof(
      part.map((path) => `/${path}`),
      part.map((path) => `http://u:s3cret@h/posts/1${path}`),
      encoded.map((id) => `/posts/${id}`),
      fc.tuple(encoded, encoded).map(([id, query]) => `/posts/${id}?${query}`),
    ),
    headers: fc.array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), word), part), { maxLength: 4 }),
    body: part,
  })
