import { JsonWriter, MAX_KEY_CHARS } from './json-writer.js'

/** The length of a record, where nothing else is said. */
export const MAX_CHARS = 1_048_576

/**
 * A record as one line of JSON. It cannot fail, and its length and its cost are bounded (about `maxChars`, 1 Mi
 * by default):
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

/** The value as JSON would carry it: plain, detached from the original, same rules as {@link toJson}. */
export function toPlain<T>(value: T, maxChars?: number): T {
  return JSON.parse(toJson(value, maxChars)) as T
}
