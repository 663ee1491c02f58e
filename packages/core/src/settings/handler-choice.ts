import { messageOf } from '../errors.js'
import { type Handler, type HandlerFactory, isHandler } from '../handler/handler.js'
import { loadHandlerFactory } from '../handler/load-handler.js'
import { isListOf, type OptionRules, SETTING_NAME, settingsError } from './options.js'
import type { OptionRule } from './rule.js'

/** The setting `handler`. */
export const handlerRule: OptionRule<undefined> = {
  expected: 'a handler (emit, flush, close, stats) or an array of them, at least one',
  default: undefined,
  accepts: (value) => isHandler(value) || (isListOf(value, isHandler) && value.length > 0),
}

/** The handler that the settings choose. */
export interface HandlerChoice {
  /** Makes the handlers; absent if there is a problem. */
  readonly open?: (options: object) => readonly Handler[]
  /** The rules of the handler's own options, if they are known. */
  readonly rules?: OptionRules<object> | undefined
  /** Ends the error for an unknown option. */
  readonly hint?: string
  readonly problem?: string
}

/** The handler that is given, or the one that `handlerType` names. */
export function chooseHandler(handler: unknown, handlerType: unknown): HandlerChoice {
  if (handler === undefined) return chooseByType(handlerType ?? 'stdout')
  if (handlerType !== undefined)
    return {
      problem: `${SETTING_NAME}.handler and ${SETTING_NAME}.handlerType cannot be used together: give one of them`,
    }
  const handlers = [handler].flat()
  if (new Set(handlers).size < handlers.length)
    return { problem: `${SETTING_NAME}.handler contains the same handler twice` }
  const hint = "; pass the handler's own options to its factory"
  return { rules: {}, hint, open: () => handlers as Handler[] }
}

function chooseByType(handlerType: unknown): HandlerChoice {
  if (typeof handlerType !== 'string' || handlerType === '') return {} // which its rule says
  const factory = loadHandlerFactory(handlerType)
  if (typeof factory === 'string') return { problem: `${SETTING_NAME}.handlerType ${factory}` }
  const hint = `; handlerType "${handlerType}" has no such option`
  return { rules: factory.rules, hint, open: (options) => [makeHandler(factory, options)] }
}

function makeHandler(factory: HandlerFactory<object>, options: object): Handler {
  const handler: unknown = call(factory, options)
  if (isHandler(handler)) return handler
  const problem = `${SETTING_NAME}.handlerType names a package whose factory returns no handler (emit, flush, close, stats)`
  throw settingsError('@actionlog/core', [problem])
}

function call(factory: HandlerFactory<object>, options: object): unknown {
  try {
    return factory(options)
  } catch (error) {
    if (factory.rules || (error as Error | undefined)?.name === 'ActionLogError') throw error // in its own words
    const problem = `${SETTING_NAME}.handlerType names a package whose factory failed: ${messageOf(error)}`
    throw settingsError('@actionlog/core', [problem], error)
  }
}
