import { type Handler, type HandlerFactory, isHandler } from '../handler/handler.js'
import { loadHandlerFactory } from '../handler/load-handler.js'
import { type UrlMask, urlMask } from '../record/mask-url.js'
import type { Footprint } from '../record/record.js'
import { defaultMaskQuery } from '../record/sensitive-key.js'
import type { OnError } from '../report.js'
import {
  boolean,
  callback,
  findProblems,
  integer,
  type OptionRules,
  settingsError,
  text,
  withDefaults,
} from './options.js'

/** The settings every action log has, whatever its handler. */
export interface CommonSettings<Context = unknown> {
  /**
   * `'stdout'`, `'null'`, or a package: `'file'` is `@actionlog/handler-file`, `'fluentd'`
   * `@actionlog/handler-fluentd`, any other NAME `@actionlog/handler-NAME`, `actionlog-handler-NAME` or the
   * specifier itself. @default 'stdout'
   */
  handlerType?: string | undefined
  /** A handler instead of a `handlerType`; an array writes to each. */
  handler?: Handler | readonly Handler[] | undefined
  /** The login object's name, on `ctx.state`, then on `ctx`, when the response ends. @default 'user' */
  loginObjName?: string | undefined
  /** The function on the login object, else on `ctx`, that says whether it is logged in. @default 'isAuthenticated' */
  loginCheckFunc?: string | undefined
  /** Who the request is from, instead of the two above; asked when the response ends. */
  user?: ((ctx: Context) => string | number | null | undefined) | undefined
  /** A view name of your own; `undefined` leaves it to the router. */
  viewName?: ((ctx: Context) => string | undefined) | undefined
  /**
   * The request's id, asked on arrival; `undefined` leaves it to actionlog. One that cannot stand in a header is
   * reported and not used.
   */
  requestId?: ((ctx: Context) => string | undefined) | undefined
  /**
   * The request id's header. Read only if `app.proxy` is on and the value matches `[\w.:-]{1,128}`; always
   * echoed on the response; `false` for neither. @default 'X-Request-Id'
   */
  requestIdHeader?: string | false | undefined
  /** Words of query keys whose values are written as `***`; `false` for none. @default defaultMaskQuery */
  maskQuery?: readonly string[] | false | undefined
  /** Requests that leave no record. Asked on arrival. */
  ignore?: ((ctx: Context) => boolean) | undefined
  /** Asked at the end: which footprints are kept. */
  keep?: ((record: Footprint) => boolean) | undefined
  /** From how many runs on a statement counts as repeated (`sql_repeat`). @default 5 */
  repeatThreshold?: number | undefined
  /** Sends a `Server-Timing` header: `total`, `sql` (with the count) and `node`. @default false */
  serverTiming?: boolean | undefined
  /** Told of everything actionlog itself could not do. Default: a line on stderr per kind and minute. */
  onError?: OnError | undefined
}

/** `ACTION_LOG_SETTING`: the common settings, and the handler's own options beside them. */
export interface ActionLogSettings<Context = unknown> extends CommonSettings<Context> {
  /** An option of the handler that `handlerType` names. */
  [handlerOption: string]: unknown
}

/** Settings after their check: complete, and with the handler made. */
export interface ResolvedSettings {
  readonly loginObjName: string
  readonly loginCheckFunc: string
  readonly user: ((ctx: unknown) => string | number | null | undefined) | undefined
  readonly viewName: ((ctx: unknown) => string | undefined) | undefined
  readonly requestId: ((ctx: unknown) => string | undefined) | undefined
  readonly requestIdHeader: string | false
  readonly maskUrl: UrlMask
  readonly ignore: ((ctx: unknown) => boolean) | undefined
  readonly keep: ((record: Footprint) => boolean) | undefined
  readonly repeatThreshold: number
  readonly serverTiming: boolean
  readonly onError: OnError | undefined
  readonly handlers: readonly Handler[]
}

const NAME = 'ACTION_LOG_SETTING'

const rules: OptionRules<CommonSettings> = {
  handlerType: text('stdout'),
  handler: {
    expected: 'a handler (emit, flush, close, stats) or an array of them, at least one',
    default: undefined,
    accepts: (value) =>
      Array.isArray(value) ? value.length > 0 && value.every(isHandler) : isHandler(value),
  },
  loginObjName: text('user'),
  loginCheckFunc: text('isAuthenticated'),
  user: callback('(ctx) => string | number | null | undefined'),
  viewName: callback('(ctx) => string | undefined'),
  requestId: callback('(ctx) => string | undefined'),
  requestIdHeader: {
    expected: 'the name of a header, or false',
    default: 'X-Request-Id',
    accepts: (value) => value === false || (typeof value === 'string' && /^[\w!#$%&'*+.^`|~-]+$/.test(value)),
  },
  maskQuery: {
    expected: 'an array of strings, or false',
    default: defaultMaskQuery,
    accepts: (value) =>
      value === false ||
      (Array.isArray(value) && value.every((word) => typeof word === 'string' && word !== '')),
  },
  ignore: callback('(ctx) => boolean'),
  keep: callback('(record) => boolean'),
  repeatThreshold: integer(2, 1_000_000, 5),
  serverTiming: boolean(false),
  onError: callback('(error) => void'),
}

/**
 * The settings in the environment variable `ACTION_LOG_SETTING` (JSON); `{}` without it. What an action log
 * takes when it is given none; spread it to add what JSON cannot say:
 * `{ ...settingsFromEnv(), ignore: (ctx) => ctx.path === '/healthz' }`.
 * @throws ActionLogError `invalid_settings` if it is not a JSON object
 */
export function settingsFromEnv(): ActionLogSettings {
  const json = process.env[NAME]
  if (!json?.trim()) return {}
  try {
    const settings: unknown = JSON.parse(json)
    if (typeof settings === 'object' && settings !== null && !Array.isArray(settings))
      return settings as ActionLogSettings
  } catch {
    // reported below, with what is no object
  }
  // its beginning shows what a shell made of the quotes; the rest may hold a secret
  const got = json.length > 16 ? `${json.slice(0, 16)}…` : json
  throw settingsError('@actionlog/core', [
    `the environment variable ${NAME} must be a JSON object, got ${got}`,
  ])
}

/**
 * Checks the settings and makes their handler.
 * @throws ActionLogError with all problems listed
 */
export function resolveSettings(input: ActionLogSettings = settingsFromEnv()): ResolvedSettings {
  const { common, rest } = split(input)
  const { factory, rules: own, hint, problem } = chooseHandler(common)
  const problems = findProblems(NAME, common, rules)
  if (problem) problems.push(problem)
  if (own) problems.push(...findProblems(NAME, rest, { ...rules, ...own }, hint))
  if (problems.length > 0) throw settingsError('@actionlog/core', problems)
  const { handlerType, handler, maskQuery, ...settings } = withDefaults(common, rules)
  return {
    ...(settings as Omit<ResolvedSettings, 'maskUrl' | 'handlers'>),
    maskUrl: urlMask(maskQuery === false ? [] : (maskQuery as readonly string[])),
    handlers: factory ? [makeHandler(factory, rest)] : [handler as Handler | Handler[]].flat(),
  }
}

function makeHandler(factory: HandlerFactory<object>, options: object): Handler {
  const handler: unknown = factory(options)
  if (isHandler(handler)) return handler
  const problem = `${NAME}.handlerType names a package whose factory makes no handler (emit, flush, close, stats)`
  throw settingsError('@actionlog/core', [problem])
}

function split(input: ActionLogSettings): { common: CommonSettings; rest: Record<string, unknown> } {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return { common: input, rest: {} }
  const entries = Object.entries(input)
  return {
    common: Object.fromEntries(entries.filter(([name]) => Object.hasOwn(rules, name))),
    rest: Object.fromEntries(entries.filter(([name]) => !Object.hasOwn(rules, name))),
  }
}

interface HandlerChoice {
  readonly factory?: HandlerFactory<object>
  readonly rules?: OptionRules<object> | undefined
  /** Whose option an unknown one is not. */
  readonly hint?: string
  readonly problem?: string
}

/** The handler's factory, and the rules of the options beside the common ones where they are known. */
function chooseHandler(common: CommonSettings): HandlerChoice {
  const { handler, handlerType = 'stdout' } = common ?? {}
  if (handler !== undefined) {
    return common.handlerType === undefined
      ? { rules: {}, hint: '; an option of the handler is given to its factory' }
      : { problem: `${NAME}.handler and ${NAME}.handlerType exclude each other: give one of them` }
  }
  if (!rules.handlerType.accepts(handlerType)) return {}
  const found = loadHandlerFactory(handlerType)
  if (typeof found === 'string') return { problem: `${NAME}.handlerType ${found}` }
  return { factory: found, rules: found.rules, hint: `; handlerType "${handlerType}" has no such option` }
}
