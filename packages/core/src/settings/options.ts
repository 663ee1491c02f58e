import { ActionLogError } from '../errors.js'
import { escapeControls } from '../record/escape.js'
import { toJson } from '../record/json.js'
import { primitiveText } from '../text-of.js'
import type { OptionRule } from './rule.js'
import { didYouMean } from './spelling.js'

/** The name of the settings in errors, and of the environment variable that may hold them. */
export const SETTING_NAME = 'ACTION_LOG_SETTING'

/** More characters of a value or name no error shows. */
const MAX_SHOWN = 80

/** A rule for every option. */
export type OptionRules<Options extends object> = {
  readonly [Name in keyof Options]-?: OptionRule<Exclude<Options[Name], undefined> | undefined>
}

/** Options that were checked: absent ones have their defaults. */
export type Checked<Options extends object> = { [Name in keyof Options]-?: Exclude<Options[Name], undefined> }

/**
 * The options with their defaults. Other functions than a handler's factory check theirs with it.
 * @param path what errors call the options, such as `options`
 * @throws ActionLogError `invalid_settings`, with all problems listed
 */
export function checkOptions<Options extends object>(
  packageName: string,
  path: string,
  options: Options,
  rules: OptionRules<Options>,
): Checked<Options> {
  const problems = findProblems(path, options, rules)
  if (problems.length > 0) throw settingsError(packageName, problems)
  return withDefaults(options, rules)
}

/** One line for each problem: an unknown option, with a suggestion or else the hint, or a value that breaks its rule. */
export function findProblems(
  path: string,
  options: unknown,
  rules: OptionRules<object>,
  hint = '',
): string[] {
  if (!hasOptions(options)) return [`${path} must be an object, got ${shownInstead(options)}`]
  const known = rules as Record<string, OptionRule<unknown>>
  const settingOf = (name: string): unknown =>
    (options as Record<string, unknown>)[name] ?? known[name]?.default
  const isSet = (name: string): boolean => settingOf(name) !== known[name]?.default
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined) return []
    const rule = Object.hasOwn(known, name) ? known[name] : undefined
    if (!rule) return [`${path}.${shortName(name)} is unknown${didYouMean(name, Object.keys(known)) || hint}`]
    if (!rule.accepts(value)) {
      const got = rule.secret ? typeWithArticle(value) : shown(value)
      return [`${path}.${name} must be ${rule.expected}, got ${got}`]
    }
    const { needs } = rule
    if (!needs || !isSet(name)) return []
    const isThere = (other: string): boolean =>
      needs.value === undefined ? isSet(other) : settingOf(other) === needs.value
    if (needs.oneOf.some(isThere)) return []
    const others = needs.oneOf.map((other) => `${path}.${other}`).join(' or ')
    const what = needs.value === undefined ? others : `${others} to be ${shown(needs.value)}`
    return [`${path}.${name} needs ${what}: ${needs.why}`]
  })
}

/** The options that have a rule, absent ones by their default. */
export function withDefaults<Options extends object>(
  options: Partial<Options>,
  rules: OptionRules<Options>,
): Checked<Options> {
  const names = Object.keys(rules) as (keyof Options)[]
  return Object.fromEntries(
    names.map((name) => [name, options[name] ?? rules[name].default]),
  ) as Checked<Options>
}

export function settingsError(
  packageName: string,
  problems: readonly string[],
  cause?: unknown,
): ActionLogError {
  const list =
    problems.length === 1
      ? problems[0]
      : `${problems.length} problems\n${problems.map((p) => `  ${p}`).join('\n')}`
  return new ActionLogError(
    'invalid_settings',
    `${packageName}: ${list}`,
    cause === undefined ? {} : { cause },
  )
}

/** Whether it is an object of options. A Promise, a Map and the like have none of their own. */
export function hasOptions(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  // also of another realm, where Object.prototype is another one
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null
  return isPlain || Object.keys(value).length > 0
}

/** Whether it is an array in which each item is right. An array may have gaps, which `every()` skips. */
export function isListOf(value: unknown, accepts: (item: unknown) => boolean): value is unknown[] {
  return Array.isArray(value) && !value.includes(undefined) && value.every(accepts)
}

/** A value on one line, as errors show it. */
export function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'bigint') return `${primitiveText(value)}n`
  const isText = typeof value === 'string' || (typeof value === 'object' && value !== null)
  const json = isText ? toJson(value) : escapeControls(primitiveText(value))
  return json.length > MAX_SHOWN ? `${json.slice(0, MAX_SHOWN)}…` : json
}

/** What is given in place of options: the JSON of a Promise or a Map would say nothing. */
function shownInstead(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return shown(value)
  return `an object of the class ${shortName(String(value.constructor?.name))}`
}

/** A name on one line, as errors show it: anybody may have chosen it. */
export function shortName(name: string): string {
  const short = name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}…` : name
  return escapeControls(short)
}

function typeWithArticle(value: unknown): string {
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
