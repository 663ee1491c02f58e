import { messageOf } from '../errors.js'
import { cut, escapeControls, toJson } from './json.js'

const MAX_TYPE_CHARS = 200
const MAX_MESSAGE_CHARS = 8_192
const MAX_STACK_CHARS = 16_384
const MAX_CAUSES = 3

/** What a footprint says of an exception. */
export interface ExceptionFields {
  /** The error's name or class; the type of what is no error. */
  ex_type: string
  /** At most 8,192 characters. */
  ex_message: string
  /** Its stack, then those of its causes; at most 16,384 characters. */
  ex_stack?: string
}

/** The fields that describe what was thrown, whatever it is. Never throws. */
export function describeException(thrown: unknown, withStack: boolean): ExceptionFields {
  const fields: ExceptionFields = {
    ex_type: typeOf(thrown),
    ex_message: cut(messageOfThrown(thrown), MAX_MESSAGE_CHARS),
  }
  const stack = withStack ? stackOf(thrown) : undefined
  if (stack) fields.ex_stack = cut(stack, MAX_STACK_CHARS)
  return fields
}

/** An error's `name`, or its class where the name says only "Error"; the type of what is no error. */
function typeOf(thrown: unknown): string {
  if (thrown === null) return 'null'
  if (typeof thrown !== 'object') return typeof thrown
  try {
    const { name, constructor: made } = thrown as Error
    const own = typeof name === 'string' && name !== 'Error' ? name : made?.name
    return cut(own || name || 'object', MAX_TYPE_CHARS)
  } catch {
    return 'object'
  }
}

/** Its message; for a thrown object without one its JSON, for an AggregateError those of its errors. */
function messageOfThrown(thrown: unknown): string {
  const message = messageOf(thrown)
  if (message === '[object Object]') return toJson(thrown, MAX_MESSAGE_CHARS)
  return message || related(thrown).map(messageOf).join('; ')
}

/** Its stack, then those of what caused it. */
function stackOf(thrown: unknown, depth = 0): string | undefined {
  try {
    const { stack } = thrown as Error
    if (typeof stack !== 'string') return undefined
    const causes = depth < MAX_CAUSES ? related(thrown).map((cause) => stackOf(cause, depth + 1)) : []
    const own = depth > 0 ? onOneLine(stack, messageOf(thrown)) : stack
    return [cut(own, MAX_STACK_CHARS), ...causes.filter(Boolean)].join('\ncaused by: ')
  } catch {
    return undefined
  }
}

/** A message inside of a stack may hold what a client sent: it starts no line there. */
function onOneLine(stack: string, message: string): string {
  const start = stack.indexOf(message)
  if (start < 0) return escapeControls(stack)
  const end = start + message.length
  return stack.slice(0, start) + escapeControls(message) + stack.slice(end)
}

/** The error's cause and, of an AggregateError, the first of its errors. */
function related(thrown: unknown): unknown[] {
  try {
    const { cause, errors } = thrown as AggregateError
    return [cause, ...(Array.isArray(errors) ? errors.slice(0, MAX_CAUSES) : [])].filter(Boolean)
  } catch {
    return []
  }
}
