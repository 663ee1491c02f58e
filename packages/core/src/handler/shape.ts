import { ActionLogError, messageOf } from '../errors.js'
import type { ActionLogRecord } from '../record/record.js'
import { createReporter, type OnError } from '../report.js'
import { requireSync } from '../require-sync.js'
import { shown } from '../settings/options.js'
import { callback, type OptionRule } from '../settings/rule.js'

/** What writes a record under other names, such as `toEcs` of `@actionlog/core/shapes`. */
export type RecordShape = (record: ActionLogRecord) => object

/** The rule of a handler's option `shape`. */
export const shapeRule: OptionRule<undefined> = callback('(record) => object')

/**
 * Makes the function that gives each record the shape of a handler's option `shape`. If that fails, the record keeps its
 * own names, and `onError` is told of it. Never throws.
 * @param packageName begins the error's message
 * @param onError returns the handler's `onError`, which the action log sets after the handler is made
 */
export function recordShaper(
  shape: RecordShape | undefined,
  packageName: string,
  onError: () => OnError | undefined,
): (record: ActionLogRecord) => ActionLogRecord {
  if (!shape) return (record) => record
  const { report } = createReporter(onError)
  return (record) => {
    try {
      const shaped: unknown = requireSync(shape(record))
      if (typeof shaped === 'object' && shaped !== null) return shaped as ActionLogRecord
      throw new TypeError(`it must return an object, got ${shown(shaped)}`)
    } catch (error) {
      const what = `options.shape failed, so the record keeps its own names: ${messageOf(error)}`
      report(new ActionLogError('callback_failed', `${packageName}: ${what}`, { cause: error }))
      return record
    }
  }
}

/** The same for a handler that has the option `format`, too. */
export const jsonShapeRule: OptionRule<undefined> = {
  ...shapeRule,
  needs: { oneOf: ['format'], value: 'json', why: "the text format always uses actionlog's own names" },
}
