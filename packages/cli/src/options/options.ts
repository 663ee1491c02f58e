import { parseArgs } from 'node:util'
import { didYouMean } from '@actionlog/core'
import { UsageError } from '../usage-error.js'

/** One option of a command: how it is parsed, and what `--help` says about it. */
export interface OptionRule {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  /** May be given more than once: an "or". */
  readonly multiple?: boolean
  /** What `--help` calls its value. */
  readonly value?: string
  readonly about: string
}

export type OptionRules = Readonly<Record<string, OptionRule>>

/** The values that were given, by the option's name. */
export type OptionValues<Rules extends OptionRules> = {
  [Name in keyof Rules]?: Rules[Name]['type'] extends 'boolean'
    ? true
    : Rules[Name] extends { multiple: true }
      ? string[]
      : string
}

export interface ParsedOptions<Rules extends OptionRules> {
  readonly values: OptionValues<Rules>
  readonly positionals: readonly string[]
}

/**
 * Parses a command's arguments.
 * @throws UsageError that lists everything that is wrong with them
 */
export function parseOptions<const Rules extends OptionRules>(
  command: string,
  args: readonly string[],
  rules: Rules,
): ParsedOptions<Rules> {
  const names = Object.keys(rules).map((name) => `--${name}`)
  const options = Object.fromEntries(
    Object.entries(rules).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short && { short }), ...(multiple && { multiple }) },
    ]),
  )
  const { options: given, positionals } = splitArguments(args, rules)
  const parsed = parseArgs({
    args: given,
    options,
    strict: false,
    tokens: true,
  })
  const seen = new Set<string>()
  const problems: string[] = []
  for (const token of parsed.tokens) {
    if (token.kind !== 'option') continue
    const rule = Object.hasOwn(rules, token.name) ? rules[token.name] : undefined
    if (!rule) problems.push(`there is no option ${token.rawName}${didYouMean(token.rawName, names)}`)
    else if (rule.type === 'boolean' && token.value !== undefined)
      problems.push(`${token.rawName} takes no value, got ${JSON.stringify(token.value)}`)
    else if (rule.type === 'string' && !token.value)
      problems.push(`${token.rawName} needs a value: ${token.rawName} ${rule.value ?? 'VALUE'}`)
    else if (seen.has(token.name) && !rule.multiple) problems.push(`${token.rawName} may be given only once`)
    seen.add(token.name)
  }
  if (problems.length > 0)
    throw new UsageError(
      `actionlog ${command}: ${problems.join('\n  ')}\nSee \`actionlog ${command} --help\`.`,
    )
  return { values: parsed.values as OptionValues<Rules>, positionals }
}

// a time, as in `compare -6h..-3h -3h..`
const NEGATIVE_TIME = /^-\d{1,9}(?:\.\d{1,3})?[a-z]/

/**
 * The options, each with its value: `--since -3h` as `--since=-3h`, which would otherwise be taken for options. And
 * what belongs to none.
 */
function splitArguments(
  args: readonly string[],
  rules: OptionRules,
): { options: string[]; positionals: readonly string[] } {
  const options: string[] = []
  const positionals: string[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string
    const next = args[i + 1]
    if (arg === '--') return { options, positionals: [...positionals, ...args.slice(i + 1)] }
    if (arg === '-' || !arg.startsWith('-') || NEGATIVE_TIME.test(arg)) positionals.push(arg)
    else if (takesValue(arg, rules)) {
      const hasValue = next !== undefined && !isOption(next, rules)
      options.push(`${arg}${arg.startsWith('--') ? '=' : ''}${hasValue ? next : ''}`)
      if (hasValue) i++
    } else options.push(arg)
  }
  return { options, positionals }
}

function takesValue(arg: string, rules: OptionRules): boolean {
  return Object.entries(rules).some(
    ([name, { type, short }]) => type === 'string' && (arg === `--${name}` || arg === `-${short}`),
  )
}

function isOption(arg: string, rules: OptionRules): boolean {
  return (
    arg.startsWith('--') || Object.values(rules).some(({ short }) => short && arg.startsWith(`-${short}`))
  )
}
