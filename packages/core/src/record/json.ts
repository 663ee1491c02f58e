import { types } from 'node:util'
import { messageOf } from '../errors.js'

const MAX_DEPTH = 20
const MAX_CHARS = 1_048_576
const MAX_KEY_CHARS = 256

// What must not stand raw in a line: C0, DEL and C1 controls (terminal escapes), Unicode line ends,
// direction overrides, lone surrogates. JSON.stringify itself leaves most of them as they are.
const UNSAFE = /[\p{Cc}\p{Surrogate}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u
const CONTROLS = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/** The text without anything that could start a line, move a cursor or hide what follows: `\n` → `\\n`. */
export function escapeControls(text: string): string {
  return UNSAFE.test(text) ? text.toWellFormed().replace(CONTROLS, escapeOne) : text
}

const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' }

function escapeOne(char: string): string {
  return SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** The text, or its first `most` characters and how many are missing. */
export function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…[${text.length - most} more characters]` : text
}

/**
 * A record as one line of JSON. It cannot fail and its length is bounded (about `maxChars`, 1 Mi by default):
 *
 * - BigInt → string, Date → ISO 8601, Map → object (pairs, if its keys are objects), Set → array,
 *   Error → its name, message, stack and cause, Buffer and other bytes → base64, RegExp → its source;
 * - a cycle → `"[Circular]"`, what lies deeper than 20 levels → `"[Object]"`, what throws → `"[Throws: …]"`;
 * - lone surrogates → U+FFFD, control characters (C1 too) escaped;
 * - what would take more than half the room that is left is cut, and says how much is missing.
 */
export function toJson(value: unknown, maxChars: number = MAX_CHARS): string {
  return flatJson(value, maxChars) ?? new JsonWriter(maxChars).write(value, 0) ?? 'null'
}

// JSON of printable ASCII without any escape
const UNESCAPED = /^[ -[\]-~]*$/

/** The fast way of nearly every record: short, and of values that JSON.stringify writes the same. */
function flatJson(value: unknown, maxChars: number): string | undefined {
  try {
    if (Object.getPrototypeOf(value) !== Object.prototype) return undefined
    for (const key in value as object) {
      const member: unknown = (value as Record<string, unknown>)[key]
      const type = typeof member
      const isFlat = type === 'string' || type === 'number' || type === 'boolean' || member === null
      if (!isFlat || key.length > MAX_KEY_CHARS) return undefined
    }
    const json = JSON.stringify(value)
    return json.length * 3 <= maxChars && UNESCAPED.test(json) ? json : undefined
  } catch {
    return undefined // a getter that throws
  }
}

/** The value as JSON would carry it: plain, detached from the original, same rules as {@link toJson}. */
export function toPlain<T>(value: T, maxChars?: number): T {
  return JSON.parse(toJson(value, maxChars)) as T
}

class JsonWriter {
  #room: number
  readonly #path: object[] = []

  constructor(room: number) {
    this.#room = room
  }

  /** `undefined` where JSON has no value: functions, symbols, undefined. */
  write(value: unknown, depth: number): string | undefined {
    switch (typeof value) {
      case 'string':
        return this.#text(value)
      case 'number':
        return this.#spend(Number.isFinite(value) ? String(value) : 'null')
      case 'boolean':
        return this.#spend(value ? 'true' : 'false')
      case 'bigint':
        return this.#text(value.toString())
      case 'object':
        return value === null ? this.#spend('null') : this.#object(value, depth)
      default:
        return undefined
    }
  }

  #spend(json: string): string {
    this.#room -= json.length
    return json
  }

  #text(text: string): string {
    const most = Math.max(32, this.#room >> 1)
    const json = quote(cut(text, most))
    // an escaped character takes up to six
    return this.#spend(json.length > 2 * most + 64 ? quote(cut(text, Math.floor(most / 6))) : json)
  }

  #bytes(buffer: ArrayBufferLike, start: number, length: number): string {
    const most = Math.max(24, (this.#room * 3) >> 3)
    const base64 = Buffer.from(buffer, start, Math.min(length, most)).toString('base64')
    return this.#spend(`"${base64}${length > most ? `…[${length - most} more bytes]` : ''}"`)
  }

  #object(value: object, depth: number): string | undefined {
    if (this.#path.includes(value)) return this.#spend('"[Circular]"')
    this.#path.push(value)
    try {
      return this.#known(value, depth)
    } catch (error) {
      return this.#text(`[Throws: ${messageOf(error)}]`)
    } finally {
      this.#path.pop()
    }
  }

  // node:util's types know the objects of other realms (node:vm, jest), which instanceof does not
  #known(value: object, depth: number): string | undefined {
    const isList = Array.isArray(value)
    if (depth >= MAX_DEPTH) return this.#spend(isList ? '"[Array]"' : '"[Object]"')
    if (isList) return this.#list(value, depth)
    const { toJSON } = value as { toJSON?: unknown }
    const isPlain = toJSON === undefined && Object.getPrototypeOf(value) === Object.prototype
    if (isPlain) return this.#members(value, depth)
    if (types.isMap(value)) return this.#map([...Map.prototype.entries.call(value)], depth)
    if (types.isSet(value)) return this.#list([...Set.prototype.values.call(value)], depth)
    if (types.isNativeError(value) || value instanceof Error) {
      return this.#members(value, depth, [...new Set([...ERROR_KEYS, ...Object.keys(value)])])
    }
    if (types.isRegExp(value)) return this.#text(String(value))
    if (types.isBoxedPrimitive(value)) return this.write(value.valueOf(), depth + 1)
    if (ArrayBuffer.isView(value)) return this.#bytes(value.buffer, value.byteOffset, value.byteLength)
    if (types.isAnyArrayBuffer(value)) return this.#bytes(value, 0, value.byteLength)
    const json: unknown = typeof toJSON === 'function' ? toJSON.call(value) : value
    return json === value ? this.#members(value, depth) : this.write(json, depth + 1)
  }

  #map(entries: readonly [unknown, unknown][], depth: number): string {
    const named = entries.every(([key]) => typeof key !== 'object' && typeof key !== 'function')
    if (!named) return this.#list(entries, depth)
    return this.#members(Object.fromEntries(entries.map(([key, item]) => [String(key), item])), depth)
  }

  #list(items: readonly unknown[], depth: number): string {
    let out = ''
    this.#room -= 2
    for (let i = 0; i < items.length; i++) {
      if (i > 0) out += ','
      if (this.#room <= 0) return `[${out}"…[${items.length - i} more items]"]`
      out += this.#member(items, i, depth) ?? this.#spend('null')
      this.#room--
    }
    return `[${out}]`
  }

  #members(value: object, depth: number, keys: readonly string[] = Object.keys(value)): string {
    let out = ''
    this.#room -= 2
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string
      if (this.#room <= 0) return `{${out}${out && ','}"…":"[${keys.length - i} more fields]"}`
      const name = quotedKey(key)
      this.#room -= name.length + 2
      const json = this.#member(value, key, depth)
      if (json === undefined) this.#room += name.length + 2
      else out += out ? `,${name}:${json}` : `${name}:${json}`
    }
    return `{${out}}`
  }

  #member(holder: object, key: PropertyKey, depth: number): string | undefined {
    let member: unknown
    try {
      member = holder[key as keyof typeof holder]
    } catch (error) {
      return this.#text(`[Throws: ${messageOf(error)}]`)
    }
    return this.write(member, depth + 1)
  }
}

const quotedKeys = new Map<string, string>()
const MAX_QUOTED_KEYS = 1_000

/** Records have the same few keys over and over. */
function quotedKey(key: string): string {
  const known = quotedKeys.get(key)
  if (known !== undefined) return known
  const quoted = quote(key.length > MAX_KEY_CHARS ? `${key.slice(0, MAX_KEY_CHARS)}…` : key)
  if (quotedKeys.size < MAX_QUOTED_KEYS && key.length <= MAX_KEY_CHARS) quotedKeys.set(key, quoted)
  return quoted
}

const ERROR_KEYS = ['name', 'message', 'stack', 'cause', 'errors']

// printable ASCII that JSON takes as it is, and so nearly every text
const PLAIN = /^[ !#-[\]-~]*$/

function quote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  if (!UNSAFE.test(text)) return JSON.stringify(text)
  return JSON.stringify(text.toWellFormed()).replace(CONTROLS, escapeOne)
}
