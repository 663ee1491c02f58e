import { types } from 'node:util'
import { messageText, primitiveText } from '../text-of.js'
import { cut, quote } from './escape.js'

/** Longer field names are cut. */
export const MAX_KEY_CHARS = 256
const MAX_DEPTH = 20
const MIN_ITEM_CHARS = 2
const MIN_FIELD_CHARS = 5
const ERROR_KEYS = ['name', 'message', 'stack', 'cause', 'errors']

/** Writes one value as JSON. It writes about `room` characters at most, and reads little more than it writes. */
export class JsonWriter {
  #room: number
  readonly #path: object[] = []

  constructor(room: number) {
    this.#room = room
  }

  /** Returns `undefined` for functions, symbols and undefined, which JSON cannot represent. */
  write(value: unknown, depth: number): string | undefined {
    switch (typeof value) {
      case 'string':
        return this.#text(value)
      case 'number':
        return this.#spend(Number.isFinite(value) ? String(value) : 'null')
      case 'boolean':
        return this.#spend(value ? 'true' : 'false')
      case 'bigint':
        return this.#text(primitiveText(value))
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
    // an escaped character can become six
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
      return this.#text(throws(error))
    } finally {
      this.#path.pop()
    }
  }

  // unlike instanceof, node:util's types recognise objects of other realms (node:vm, jest)
  #known(value: object, depth: number): string | undefined {
    const isList = Array.isArray(value)
    if (depth >= MAX_DEPTH) return this.#spend(isList ? '"[Array]"' : '"[Object]"')
    if (isList) return this.#list(value, depth)
    const { toJSON } = value as { toJSON?: unknown }
    const isPlain = toJSON === undefined && Object.getPrototypeOf(value) === Object.prototype
    if (isPlain) return this.#members(value, Object.keys(value), depth)
    if (types.isMap(value)) return this.#map(value, depth)
    if (types.isSet(value)) return this.#set(value, depth)
    if (types.isNativeError(value) || value instanceof Error) {
      return this.#members(value, [...new Set([...ERROR_KEYS, ...Object.keys(value)])], depth)
    }
    if (types.isRegExp(value)) return this.#text(String(value))
    if (types.isBoxedPrimitive(value)) return this.write(value.valueOf(), depth + 1)
    if (ArrayBuffer.isView(value)) return this.#bytes(value.buffer, value.byteOffset, value.byteLength)
    if (types.isAnyArrayBuffer(value)) return this.#bytes(value, 0, value.byteLength)
    const json: unknown = typeof toJSON === 'function' ? toJSON.call(value) : value
    return json === value ? this.#members(value, Object.keys(value), depth) : this.write(json, depth + 1)
  }

  /** Takes items until there cannot be room for more, if each takes `minChars`. */
  #firstOf(items: Iterable<unknown>, minChars: number): unknown[] {
    const first: unknown[] = []
    for (const item of items) {
      if (first.length * minChars > this.#room) break
      first.push(item)
    }
    return first
  }

  #set(set: object, depth: number): string {
    const items = this.#firstOf(Set.prototype.values.call(set), MIN_ITEM_CHARS)
    return this.#list(items, depth, Reflect.get(Set.prototype, 'size', set) - items.length)
  }

  #map(map: object, depth: number): string {
    const keys = this.#firstOf(Map.prototype.keys.call(map), MIN_FIELD_CHARS)
    const values = this.#firstOf(Map.prototype.values.call(map), MIN_FIELD_CHARS)
    const further = Reflect.get(Map.prototype, 'size', map) - keys.length
    const isNamed = keys.every((key) => typeof key !== 'object' && typeof key !== 'function')
    if (!isNamed) {
      const pairs = keys.map((key, i) => [key, values[i]])
      return this.#list(pairs, depth, further)
    }
    const names = keys.map(primitiveText)
    const areUnique = ['string', 'number'].some((type) => keys.every((key) => typeof key === type))
    if (areUnique) return this.#members(values, names, depth, further)
    const unique = new Map(names.map((name, i) => [name, values[i]])) // 1 and '1' have the same name
    return this.#members([...unique.values()], [...unique.keys()], depth, further)
  }

  /** @param further how many more items there are, for which there is no room */
  #list(items: readonly unknown[], depth: number, further = 0): string {
    let out = ''
    this.#room -= 2
    const count = items.length
    for (let i = 0; i < count; i++) {
      if (this.#room <= 0) return `[${out}${out && ','}"…[${count - i + further} more items]"]`
      out += (i > 0 ? ',' : '') + (this.#member(items, i, depth) ?? this.#spend('null'))
      this.#room--
    }
    return further > 0 ? `[${out}${out && ','}"…[${further} more items]"]` : `[${out}]`
  }

  /**
   * @param holder an object with these names, or a list of their values
   * @param further how many more fields there are, for which there is no room
   */
  #members(holder: object, names: readonly string[], depth: number, further = 0): string {
    let out = ''
    this.#room -= 2
    const isList = Array.isArray(holder)
    for (let i = 0; i < names.length; i++) {
      if (this.#room <= 0) return `{${out}${out && ','}"…":"[${names.length - i + further} more fields]"}`
      const name = names[i] as string
      const quoted = quote(shortName(name))
      this.#room -= quoted.length + 2
      const json = this.#member(holder, isList ? i : name, depth)
      if (json === undefined)
        this.#room += quoted.length + 1 // but reading it was work, so one character stays spent
      else out += out ? `,${quoted}:${json}` : `${quoted}:${json}`
    }
    return further > 0 ? `{${out}${out && ','}"…":"[${further} more fields]"}` : `{${out}}`
  }

  #member(holder: object, key: PropertyKey, depth: number): string | undefined {
    let member: unknown
    try {
      member = holder[key as keyof typeof holder]
    } catch (error) {
      return this.#text(throws(error))
    }
    return this.write(member, depth + 1)
  }
}

function shortName(name: string): string {
  return name.length > MAX_KEY_CHARS ? `${name.slice(0, MAX_KEY_CHARS)}…` : name
}

/** What stands for a value that cannot be read. */
function throws(error: unknown): string {
  return `[Throws: ${messageText(error) ?? 'an error without a text'}]`
}
