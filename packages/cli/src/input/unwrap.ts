import { fromShape } from '@actionlog/core/shapes'
import { isObject } from './objects.js'

/** A line as a container or a collector wrapped it. */
export interface Wrapped {
  /** What the program wrote. */
  readonly text: string
  /** More of the same line follows in the next piece of this stream. */
  readonly isPartial: boolean
  readonly stream: string
}

const CRI = /^\d{4}-\d{2}-\d{2}T\S{8,24} (stdout|stderr) ([FP])(?::[^ ]{1,64})? /

/** A line of Kubernetes' container runtimes: `2026-11-26T09:00:00.000000000Z stdout F TEXT`. */
export function unwrapCri(line: string): Wrapped | undefined {
  const [prefix, stream = '', flag] = CRI.exec(line) ?? []
  return prefix === undefined
    ? undefined
    : { text: line.slice(prefix.length), isPartial: flag === 'P', stream }
}

/** What Docker, journald or a collector put into a field. */
export function unwrapObject(object: Readonly<Record<string, unknown>>): Wrapped | undefined {
  const { log, stream, MESSAGE: message } = object
  if (typeof log === 'string' && (typeof stream === 'string' || startsObject(log)))
    return typeof stream === 'string'
      ? { text: log, isPartial: !log.endsWith('\n'), stream }
      : { text: log, isPartial: false, stream: '' }
  if (typeof message === 'string' && ('__REALTIME_TIMESTAMP' in object || startsObject(message)))
    return { text: message, isPartial: false, stream: '' }
  if (Array.isArray(message) && message.every(Number.isInteger))
    // journald writes a message with control characters as its bytes
    return { text: Buffer.from(message).toString(), isPartial: false, stream: '' }
  if (typeof object.message === 'string' && object.label_name === undefined && startsObject(object.message)) {
    const inner = parse(object.message)
    if (isObject(inner) && ('time' in inner || fromShape(inner)))
      return { text: object.message, isPartial: false, stream: '' }
  }
  return undefined
}

function startsObject(text: string): boolean {
  return text.trimStart().startsWith('{')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
