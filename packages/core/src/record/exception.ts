import { messageOf } from '../errors.js'
import { textOf } from '../text-of.js'
import { cut } from './escape.js'
import { stackOf } from './stack.js'

const MAX_TYPE_CHARS = 200
const MAX_MESSAGE_CHARS = 8_192
const MAX_RELATED = 3

/** What a footprint says of an exception. */
export interface ExceptionFields {
  /** The error's name or class; the type of what is no error. */
  ex_type: string
  /** At most 8,192 characters. */
  ex_message: string
  /** Its stack, then those of its causes; at most 16,384 characters. A line end in it starts a frame or a cause. */
  ex_stack?: string
}

/** The fields that describe what was thrown, whatever it is. Never throws. */
export function describeException(thrown: unknown, withStack: boolean): ExceptionFields {
  const fields: ExceptionFields = {
    ex_type: typeOf(thrown),
    ex_message: messageOfThrown(thrown),
  }
  const stack = withStack ? stackOf(thrown, related) : undefined
  if (stack) fields.ex_stack = stack
  return fields
}

/** An error's `name`, or its class where the name says only "Error"; the type of what is no error. */
function typeOf(thrown: unknown): string {
  if (thrown === null) return 'null'
  if (typeof thrown !== 'object') return typeof thrown
  try {
    const { name, constructor: made } = thrown as Error
    const own = typeof name === 'string' && name !== 'Error' ? name : made?.name
    return cut(textOf(own || name || 'object') ?? 'object', MAX_TYPE_CHARS)
  } catch {
    return 'object'
  }
}

/** Its message; for an AggregateError without one those of its errors. */
function messageOfThrown(thrown: unknown): string {
  return messageOf(thrown) || cut(related(thrown).map(messageOf).join('; '), MAX_MESSAGE_CHARS)
}

/** The error's cause and, of an AggregateError, the first of its errors. */
function related(thrown: unknown): unknown[] {
  try {
    const { cause, errors } = thrown as AggregateError
    return [cause, ...(Array.isArray(errors) ? errors.slice(0, MAX_RELATED) : [])].filter(Boolean)
  } catch {
    return []
  }
}
