import { type ActionLogRecord, toPlain } from '@actionlog/core'
import { Encoder } from '@msgpack/msgpack'
import type { Tag } from './tag.js'

const SHORT_CHARS = 8_192

const encoder = new Encoder({ ignoreUndefined: true })

/** A record on its way: its tag, its time (milliseconds since 1970), and fields nobody else can change. */
export interface Event {
  readonly tag: string
  readonly time: number
  readonly fields: Record<string, unknown>
  /** Characters of its texts, at most; `undefined` if they are many. */
  readonly weight: number | undefined
}

/** The event of a record. The label leaves the record if the tag says all of it. Never throws. */
export function eventOf(record: ActionLogRecord, tagOf: (label: unknown) => Tag): Event {
  let fields: Record<string, unknown> | undefined
  let weight: number | undefined
  try {
    fields = { ...record }
    weight = weightOf(fields)
  } catch {
    // a getter threw: toPlain() says so in its field
  }
  if (!fields || weight === undefined) fields = plainFields(record)
  const tag = tagOf(fields.label_name)
  if (tag.exact) fields.label_name = undefined
  return { tag: tag.name, time: timeOf(fields.time), fields, weight }
}

/** An event's fields in MessagePack; the bytes are good until the next call. */
export function encodeFields({ fields }: Event): Uint8Array {
  return encoder.encodeSharedRef(fields)
}

function plainFields(record: ActionLogRecord): Record<string, unknown> {
  const plain = toPlain<unknown>(record)
  return typeof plain === 'object' && plain !== null && !Array.isArray(plain)
    ? { ...plain }
    : { record: plain }
}

/** Characters of its texts, if it is flat, short, and made of what msgpack carries as JSON does. */
function weightOf(fields: Record<string, unknown>): number | undefined {
  let weight = 0
  for (const name in fields) {
    const value = fields[name]
    if (typeof value === 'string') {
      if (!value.isWellFormed()) return undefined
      weight += value.length
    } else if (typeof value === 'number') {
      if (!Number.isFinite(value)) return undefined
    } else if (typeof value === 'object' ? value !== null : typeof value !== 'boolean') {
      return undefined
    }
    if (!name.isWellFormed()) return undefined
    weight += name.length
  }
  return weight < SHORT_CHARS ? weight : undefined
}

let lastText: unknown = Number.NaN // equal to nothing, so that no time is not the last one
let lastTime = 0

/** A record's time; now, if it has none that EventTime can hold (1970 to 2106). */
function timeOf(text: unknown): number {
  if (text === lastText) return lastTime
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN
  if (!(time >= 0 && time < 2 ** 32 * 1_000)) return Date.now()
  lastText = text
  lastTime = time
  return time
}
