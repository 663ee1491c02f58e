import { isObject } from '../record/json.js'
import type { ActionLogRecord } from '../record/record.js'
import { fromEcs, isEcs } from './from-ecs.js'
import { fromOtel, isOtel } from './from-otel.js'

/**
 * The record from which `toEcs()` or `toOtel()` made this object: also of one that was read from JSON, and to which
 * others have added members of their own. `undefined` for any other object. Never throws.
 */
export function fromShape(shaped: unknown): ActionLogRecord | undefined {
  try {
    if (!isObject(shaped)) return undefined
    if (isEcs(shaped)) return fromEcs(shaped)
    return isOtel(shaped) ? fromOtel(shaped) : undefined
  } catch {
    return undefined // a getter or a trap that throws
  }
}
