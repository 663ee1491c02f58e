import { isObject, plainRecord } from '../record/json.js'
import { MAX_KEY_CHARS } from '../record/json-writer.js'
import { type ActionLogRecord, FOOTPRINT } from '../record/record.js'

/** In a footprint null says nobody, or nothing: the schemas leave such a field out. */
const NULLABLE = ['user', 'user_agent']

/**
 * A record's fields, which a shape takes one by one. It leaves what it cannot say exactly, and writes that under its
 * own name; so no field is lost, and `fromShape()` finds the record again.
 */
export class Fields {
  /** What no one has taken. */
  readonly left: Map<string, unknown>
  readonly isFootprint: boolean

  constructor(record: ActionLogRecord | undefined) {
    this.left = new Map(record ? membersOf(record) : [])
    this.isFootprint = this.left.get('label_name') === FOOTPRINT
    if (this.isFootprint)
      for (const name of NULLABLE) if (this.left.get(name) === null) this.left.delete(name)
  }

  /** Takes the field if it is a text. */
  text(name: string): string | undefined {
    return this.#take(name, (value) => typeof value === 'string') as string | undefined
  }

  /** Takes the field if it is a number. */
  number(name: string): number | undefined {
    return this.#take(name, (value) => typeof value === 'number') as number | undefined
  }

  /** Takes the field if it is true or false. */
  boolean(name: string): boolean | undefined {
    return this.#take(name, (value) => typeof value === 'boolean') as boolean | undefined
  }

  /** Takes the field if it is an object. */
  object(name: string): Record<string, unknown> | undefined {
    return this.#take(name, isObject) as Record<string, unknown> | undefined
  }

  /** The field if it is a text; it is left. */
  peekText(name: string): string | undefined {
    const value = this.left.get(name)
    return typeof value === 'string' ? value : undefined
  }

  /** The field if it is a number; it is left. */
  peekNumber(name: string): number | undefined {
    const value = this.left.get(name)
    return typeof value === 'number' ? value : undefined
  }

  #take(name: string, accepts: (value: unknown) => boolean): unknown {
    const value = this.left.get(name)
    if (!accepts(value)) return undefined
    this.left.delete(name)
    return value
  }
}

/** The members of the record as JSON would hold it. */
function membersOf(record: ActionLogRecord): [string, unknown][] {
  return flatMembers(record) ?? Object.entries(plainRecord(record))
}

/** The fast way of nearly every footprint: its names and values are what JSON holds. */
function flatMembers(record: object): [string, unknown][] | undefined {
  try {
    if (Object.getPrototypeOf(record) !== Object.prototype) return undefined
    const members = Object.entries(record) // once, as a getter may give something else the next time
    return members.every(([name, value]) => name.length <= MAX_KEY_CHARS && isJson(value))
      ? members
      : undefined
  } catch {
    return undefined // a getter that throws
  }
}

function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return value === null || typeof value === 'string' || typeof value === 'boolean'
}
