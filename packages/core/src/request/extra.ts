import { toJson } from '../record/json.js'

const MAX_FIELDS = 1_000
const MAX_CHARS = 262_144

/** The limits of {@link Extra}, for messages. */
export const EXTRA_LIMITS: string = `${MAX_FIELDS} fields and ${MAX_CHARS} characters of JSON`

/** What `actionlog.set()` adds to one footprint: copies, bounded while they grow. */
export class Extra {
  /** By name; without a prototype, so that `__proto__` is a field like any other. */
  readonly fields: Record<string, unknown> = Object.create(null)
  readonly #sizes = new Map<string, number>()
  #chars = 0

  /** Adds the fields or replaces them; how many of them found no room. */
  add(fields: Record<string, unknown>): number {
    let refused = 0
    for (const name of Object.keys(fields)) if (!this.#set(name, fields[name])) refused++
    return refused
  }

  #set(name: string, value: unknown): boolean {
    const old = this.#sizes.get(name)
    const room = MAX_CHARS - this.#chars + (old ?? 0) - name.length
    if (room <= 0 || (old === undefined && this.#sizes.size >= MAX_FIELDS)) return false
    let chars = 8
    if (isSmall(value, room)) {
      this.fields[name] = value
      if (typeof value === 'string') chars += value.length
    } else {
      const json = toJson(value, room)
      this.fields[name] = JSON.parse(json)
      chars += json.length
    }
    this.#chars += name.length + chars - (old ?? 0)
    this.#sizes.set(name, name.length + chars)
    return true
  }
}

/** Whether the value can be kept as it is: its size is fixed, or it is a text that fits. */
function isSmall(value: unknown, room: number): boolean {
  if (typeof value === 'string') return value.length <= room
  return value === null || (typeof value !== 'object' && typeof value !== 'bigint')
}
