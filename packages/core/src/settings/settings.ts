import type { Handler } from '../handler/handler.js'
import { isObject, toPlain } from '../record/json.js'
import { type UrlMask, urlMask } from '../record/mask-url.js'
import type { ActionLogRecord, Footprint } from '../record/record.js'
import { defaultMaskQuery } from '../record/sensitive-key.js'
import type { OnError } from '../report.js'
import { settingsFromEnv } from './environment.js'
import { chooseHandler, handlerRule } from './handler-choice.js'
import {
  findProblems,
  hasOptions,
  isListOf,
  type OptionRules,
  SETTING_NAME,
  settingsError,
  withDefaults,
} from './options.js'
import { boolean, callback, integer, text } from './rule.js'

/** The settings of every action log, whatever its handler. */
export interface CommonSettings<Context = unknown> {
  /**
   * `'stdout'`, `'null'`, or a package: `'file'` is `@actionlog/handler-file`, `'fluentd'`
   * `@actionlog/handler-fluentd`, any other NAME `@actionlog/handler-NAME`, `actionlog-handler-NAME` or the
   * specifier itself. @default 'stdout'
   */
  handlerType?: string | undefined
  /** A handler, instead of `handlerType`; an array writes to each. */
  handler?: Handler | readonly Handler[] | undefined
  /** The name of the login object on `ctx.state`, else on `ctx`; read when the response ends. @default 'user' */
  loginObjName?: string | undefined
  /** The name of a function on the login object, else on `ctx`; if it returns false, there is no user. @default 'isAuthenticated' */
  loginCheckFunc?: string | undefined
  /** The user, instead of the two above; called when the response ends. */
  user?: ((ctx: Context) => string | number | null | undefined) | undefined
  /** The view name; `undefined` leaves it to the router. Called when the response ends. */
  viewName?: ((ctx: Context) => string | undefined) | undefined
  /**
   * The request's id; `undefined` leaves it to actionlog. Called when the request arrives. An id that cannot be in a
   * header is reported and not used.
   */
  requestId?: ((ctx: Context) => string | undefined) | undefined
  /**
   * The request id's header. Read only if `app.proxy` is on and the value matches `[\w.:-]{1,128}`; always
   * echoed on the response; `false` for neither; `true` is refused. @default 'X-Request-Id'
   */
  requestIdHeader?: string | boolean | undefined // boolean: so that an object with false needs no `as const`
  /** Words of query keys whose values are written as `***`; `false` for none; `true` is refused. @default defaultMaskQuery */
  maskQuery?: readonly string[] | boolean | undefined
  /** True for requests that leave no record. Called when the request arrives. */
  ignore?: ((ctx: Context) => boolean) | undefined
  /** False drops the footprint. Called when the request has ended. */
  keep?: ((record: Footprint) => boolean) | undefined
  /**
   * Constants of every record, for example `{ service: 'shop', version: '1.4.2' }`: in a footprint below `extra`, in a
   * labelled record at the top. A field of the same name that the application gives wins.
   */
  fields?: Readonly<Record<string, unknown>> | undefined
  /**
   * Changes each record before the handlers get it, for privacy: returns the record to write, or `null` for none. If it
   * throws, the record is dropped and reported.
   */
  transform?: ((record: ActionLogRecord) => ActionLogRecord | null) | undefined
  /** How often a statement must run in a request to be reported as `sql_repeat`. @default 5 */
  repeatThreshold?: number | undefined
  /** Sends a `Server-Timing` header: `total`, `sql` (with the count) and `node`. @default false */
  serverTiming?: boolean | undefined
  /** Called with everything that actionlog itself could not do. @default one line on stderr per kind and minute */
  onError?: OnError | undefined
}

/** `ACTION_LOG_SETTING`: the common settings, and the handler's own options beside them. */
export interface ActionLogSettings<Context = unknown> extends CommonSettings<Context> {
  /** An option of the handler that `handlerType` names. */
  [handlerOption: string]: unknown
}

/** Settings after their check, with their defaults. */
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
  readonly fields: Readonly<Record<string, unknown>> | undefined
  readonly transform: ((record: ActionLogRecord) => ActionLogRecord | null) | undefined
  readonly repeatThreshold: number
  readonly serverTiming: boolean
  readonly onError: OnError | undefined
}

/** Fields that every record has already. */
const OWN_FIELDS = ['time', 'label_name', 'request_id']

const rules: OptionRules<CommonSettings> = {
  handlerType: text('stdout'),
  handler: handlerRule,
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
    accepts: (value) => value === false || isListOf(value, (word) => typeof word === 'string' && word !== ''),
  },
  ignore: callback('(ctx) => boolean'),
  keep: callback('(record) => boolean'),
  fields: {
    expected: `an object of fields, none of them ${OWN_FIELDS.join(', ')}`,
    default: undefined,
    accepts: (value) => {
      const plain = toPlain(value) // a Date, or what has a toJSON(), may be no object then
      return isObject(plain) && !OWN_FIELDS.some((name) => Object.hasOwn(plain, name))
    },
  },
  transform: callback('(record) => record | null'),
  repeatThreshold: integer(2, 1_000_000, 5),
  serverTiming: boolean(false),
  onError: callback('(error) => void'),
}

/** Checked settings, and how to make the handlers they name. */
export interface Resolved {
  readonly settings: ResolvedSettings
  /** @throws ActionLogError `handler_failed` if a handler cannot open its sink */
  readonly openHandlers: () => readonly Handler[]
}

/**
 * Checks the settings. Opens nothing.
 * @throws ActionLogError with all problems listed
 */
export function resolveSettings(input: ActionLogSettings = settingsFromEnv()): Resolved {
  const { common, rest } = split(input)
  const choice = chooseHandler(common?.handler, common?.handlerType)
  const problems = findProblems(SETTING_NAME, common, rules)
  if (choice.problem) problems.push(choice.problem)
  if (choice.rules)
    problems.push(...findProblems(SETTING_NAME, rest, { ...rules, ...choice.rules }, choice.hint))
  if (problems.length > 0) throw settingsError('@actionlog/core', problems)
  const { handlerType, handler, maskQuery, fields, ...settings } = withDefaults(common, rules)
  return {
    settings: {
      ...(settings as Omit<ResolvedSettings, 'maskUrl' | 'fields'>),
      maskUrl: urlMask(maskQuery === false ? [] : (maskQuery as readonly string[])),
      fields: fields && toPlain(fields), // constants, whatever becomes of the object
    },
    openHandlers: () => choice.open?.(rest) ?? [],
  }
}

function split(input: ActionLogSettings): { common: CommonSettings; rest: Record<string, unknown> } {
  if (!hasOptions(input)) return { common: input, rest: {} } // which findProblems() says
  const entries = Object.entries(input)
  return {
    common: Object.fromEntries(entries.filter(([name]) => Object.hasOwn(rules, name))),
    rest: Object.fromEntries(entries.filter(([name]) => !Object.hasOwn(rules, name))),
  }
}
