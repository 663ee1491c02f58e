import { JsonWriter, MAX_KEY_CHARS } from './json-writer.js'

/** The default limit of a record's length. */
export const MAX_CHARS = 1_048_576

/**
 * A record as one line of JSON. It never throws, and its length and cost are bounded (about `maxChars`, 1 Mi
 * by default):
 *
 * - BigInt → string, Date → ISO 8601, Map → object (pairs, if its keys are objects), Set → array,
 *   Error → its name, message, stack and cause, Buffer and other bytes → base64, RegExp → its source;
 * - a cycle → `"[Circular]"`, an object deeper than 20 levels → `"[Object]"`, a getter that throws → `"[Throws: …]"`;
 * - lone surrogates → U+FFFD, control characters (C1 too) escaped;
 * - a value that would take more than half of the remaining length is cut, and says how much is missing.
 */
export function toJson(value: unknown, maxChars: number = MAX_CHARS): string {
  return flatJson(value, maxChars) ?? new JsonWriter(maxChars).write(value, 0) ?? 'null'
}

/** The record as one line of JSON, always an object: what is none, as what a `toJSON()` returned, is its field `record`. */
export function recordJson(record: unknown, maxChars?: number): string {
  const json = toJson(record, maxChars)
  return json.startsWith('{') ? json : `{"record":${json}}`
}

// JSON of printable ASCII without any escape
const UNESCAPED = /^[ -[\]-~]*$/

/** The fast way for nearly every record: a short one, of values that JSON.stringify writes in the same way. */
function flatJson(value: unknown, maxChars: number): string | undefined {
  try {
    if (Object.getPrototypeOf(value) !== Object.prototype) return undefined
    let chars = 0
    for (const key in value as object) {
      const member: unknown = (value as Record<string, unknown>)[key]
      const type = typeof member
      const isFlat = type === 'string' || type === 'number' || type === 'boolean' || member === null
      chars += key.length + (type === 'string' ? (member as string).length : 0)
      if (!isFlat || key.length > MAX_KEY_CHARS || chars > maxChars) return undefined
    }
    const json = JSON.stringify(value)
    return json.length * 3 <= maxChars && UNESCAPED.test(json) ? json : undefined
  } catch {
    return undefined // a getter that throws
  }
}

/** A plain copy of the value, as JSON would hold it, by the rules of {@link toJson}. */
export function toPlain<T>(value: T, maxChars?: number): T {
  return JSON.parse(toJson(value, maxChars)) as T
}

/** The record as a plain object, as JSON would hold it. */
export function plainRecord(record: unknown, maxChars?: number): Record<string, unknown> {
  return JSON.parse(recordJson(record, maxChars)) as Record<string, unknown>
}

/** Whether it has members, as a JSON object does. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
