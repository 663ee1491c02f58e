import { messageOf } from './errors.js'

const MAX_DEPTH = 20
const MAX_CHARS = 1_048_576
const MAX_KEY_CHARS = 1_024

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
 * - BigInt → string, Date → ISO 8601, Map → object, Set → array, Error → its name, message, stack and cause,
 *   Buffer and other bytes → base64, RegExp → its source;
 * - a cycle → `"[Circular]"`, what lies deeper than 20 levels → `"[Object]"`, what throws → `"[Throws: …]"`;
 * - lone surrogates → U+FFFD, control characters (C1 too) escaped;
 * - a string longer than half the room that is left is cut and says how much is missing.
 */
export function toJson(value: unknown, maxChars: number = MAX_CHARS): string {
  return new JsonWriter(maxChars).write(value, 0) ?? 'null'
}

/** The value as JSON would carry it: plain, detached from the original, same rules as {@link toJson}. */
export function toPlain<T>(value: T): T {
  return JSON.parse(toJson(value)) as T
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
    return this.#spend(quote(cut(text, most)))
  }

  #object(value: object, depth: number): string | undefined {
    if (this.#path.includes(value)) return this.#spend('"[Circular]"')
    if (depth >= MAX_DEPTH) return this.#spend(Array.isArray(value) ? '"[Array]"' : '"[Object]"')
    this.#path.push(value)
    try {
      return this.#known(value, depth)
    } catch (error) {
      return this.#text(`[Throws: ${messageOf(error)}]`)
    } finally {
      this.#path.pop()
    }
  }

  #known(value: object, depth: number): string | undefined {
    if (Array.isArray(value)) return this.#list(value, depth)
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'null' : this.#text(value.toISOString())
    if (value instanceof Map) return this.#members(Object.fromEntries(value), depth)
    if (value instanceof Set) return this.#list([...value], depth)
    if (value instanceof Error) return this.#members(errorParts(value), depth)
    if (value instanceof RegExp) return this.#text(String(value))
    if (ArrayBuffer.isView(value)) {
      return this.#text(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'))
    }
    if (value instanceof ArrayBuffer) return this.#text(Buffer.from(value).toString('base64'))
    const { toJSON } = value as { toJSON?: unknown }
    if (typeof toJSON === 'function') {
      const json: unknown = toJSON.call(value)
      return json === value ? this.#members(value, depth) : this.write(json, depth + 1)
    }
    return this.#members(value, depth)
  }

  #list(items: readonly unknown[], depth: number): string {
    let out = ''
    for (let i = 0; i < items.length; i++) {
      if (i > 0) out += ','
      if (this.#room <= 0) return `[${out}"…[${items.length - i} more items]"]`
      out += this.write(items[i], depth + 1) ?? this.#spend('null')
      this.#room--
    }
    return `[${out}]`
  }

  #members(value: object, depth: number): string {
    const source = value as Record<string, unknown>
    let out = ''
    const keys = Object.keys(source)
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string
      if (this.#room <= 0) return `{${out}${out && ','}"…":"[${keys.length - i} more fields]"}`
      const json = this.#member(source, key, depth)
      if (json === undefined) continue
      const name = quote(key.length > MAX_KEY_CHARS ? `${key.slice(0, MAX_KEY_CHARS)}…` : key)
      this.#room -= name.length + 2
      out += out ? `,${name}:${json}` : `${name}:${json}`
    }
    return `{${out}}`
  }

  #member(source: Record<string, unknown>, key: string, depth: number): string | undefined {
    let member: unknown
    try {
      member = source[key]
    } catch (error) {
      return this.#text(`[Throws: ${messageOf(error)}]`)
    }
    return this.write(member, depth + 1)
  }
}

function quote(text: string): string {
  if (!UNSAFE.test(text)) return JSON.stringify(text)
  return JSON.stringify(text.toWellFormed()).replace(CONTROLS, escapeOne)
}

function errorParts(error: Error): Record<string, unknown> {
  const parts: Record<string, unknown> = { name: error.name, message: error.message, stack: error.stack }
  if (error.cause !== undefined) parts.cause = error.cause
  if (error instanceof AggregateError) parts.errors = error.errors
  for (const key of Object.keys(error)) {
    Object.defineProperty(parts, key, {
      enumerable: true,
      configurable: true,
      get: () => Reflect.get(error, key),
    })
  }
  return parts
}
