import { type ActionLogRecord, toPlain } from '@actionlog/core'
import type { Encodable, Part } from '@actionlog/core/delivery'
import { decodeMulti, Encoder, ExtensionCodec } from '@msgpack/msgpack'
import { type Tag, tagger } from './tag.js'

const SHORT_CHARS = 8_192

const encoder = new Encoder({ ignoreUndefined: true })
/** The beginning of every entry: an array of two, and EventTime, 8 bytes of extension type 0. */
const head = Buffer.from([0x92, 0xd7, 0, 0, 0, 0, 0, 0, 0, 0, 0])
const extensionCodec = new ExtensionCodec()
extensionCodec.register({
  type: 0,
  encode: () => null,
  decode: (time) => {
    const view = new DataView(time.buffer, time.byteOffset)
    return new Date(view.getUint32(0) * 1_000 + view.getUint32(4) / 1e6).toISOString()
  },
})

/** A record's tag, time and fields, which nobody else can change. */
export class Event implements Encodable {
  /** V8 discards the code it optimized for a class when a collection finds no object of it: here is always one. */
  static readonly kept: Event = new Event('', 0, {}, 0)
  /** The tag. */
  readonly stream: string
  /** Milliseconds since 1970. */
  readonly time: number
  readonly fields: Record<string, unknown>
  readonly weight: number | undefined

  constructor(tag: string, time: number, fields: Record<string, unknown>, weight: number | undefined) {
    this.stream = tag
    this.time = time
    this.fields = fields
    this.weight = weight
  }

  /** The entry `[EventTime, fields]` in MessagePack. */
  encode(): readonly Uint8Array[] {
    const seconds = Math.floor(this.time / 1_000)
    head.writeUInt32BE(seconds, 3)
    head.writeUInt32BE((this.time - seconds * 1_000) * 1e6, 7)
    return [head, encoder.encodeSharedRef(this.fields)]
  }
}

/** Makes the event of a record. Never throws. */
export type EventMaker = (record: ActionLogRecord) => Event

/**
 * Makes events whose tags begin with `tagName`. Tag and time are those of the record itself, whatever shape it is sent
 * in. The label leaves a record that keeps its own names, if the tag says all of it.
 */
export function eventMaker(
  tagName: string,
  toShape: (record: ActionLogRecord) => ActionLogRecord,
): EventMaker {
  const tagOf = tagger(tagName)
  return (record) => {
    const shaped = toShape(record)
    return shaped === record ? eventOf(record, tagOf) : shapedEvent(record, shaped, tagOf)
  }
}

function shapedEvent(record: ActionLogRecord, shaped: object, tagOf: (label: unknown) => Tag): Event {
  const { stream, time } = eventOf(record, tagOf)
  return new Event(stream, time, plainFields(shaped), undefined)
}

function eventOf(record: ActionLogRecord, tagOf: (label: unknown) => Tag): Event {
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
  return new Event(tag.name, timeOf(fields.time), fields, weight)
}

/** Entries as people can read them: a line of JSON each. */
export function describeEntries({ stream, entries }: Part): string {
  const lines: string[] = []
  for (const entry of decodeMulti(entries, { extensionCodec })) {
    const [time, record] = entry as [string, unknown]
    lines.push(JSON.stringify({ tag: stream, time, record }))
  }
  return lines.join('\n')
}

function plainFields(record: object): Record<string, unknown> {
  const plain = toPlain<unknown>(record)
  return typeof plain === 'object' && plain !== null && !Array.isArray(plain)
    ? { ...plain }
    : { record: plain }
}

/** Characters of its texts, if it is flat, short, and made of what MessagePack carries as JSON does. */
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
