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
  const parsed = parseArgs({
    args: joinNegative(args, rules),
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const given = new Set<string>()
  const problems: string[] = []
  for (const token of parsed.tokens) {
    if (token.kind !== 'option') continue
    const rule = Object.hasOwn(rules, token.name) ? rules[token.name] : undefined
    if (!rule) problems.push(`there is no option ${token.rawName}${didYouMean(token.rawName, names)}`)
    else if (rule.type === 'boolean' && token.value !== undefined)
      problems.push(`${token.rawName} takes no value, got ${JSON.stringify(token.value)}`)
    else if (rule.type === 'string' && !token.value)
      problems.push(`${token.rawName} needs a value: ${token.rawName} ${rule.value ?? 'VALUE'}`)
    else if (given.has(token.name) && !rule.multiple) problems.push(`${token.rawName} may be given only once`)
    given.add(token.name)
  }
  if (problems.length > 0)
    throw new UsageError(
      `actionlog ${command}: ${problems.join('\n  ')}\nSee \`actionlog ${command} --help\`.`,
    )
  return { values: parsed.values as OptionValues<Rules>, positionals: parsed.positionals }
}

/** `--since -3h` as `--since=-3h`: otherwise `-3h` would be taken for options. */
function joinNegative(args: readonly string[], rules: OptionRules): string[] {
  const joined: string[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string
    const next = args[i + 1]
    if (arg === '--') return [...joined, ...args.slice(i)]
    const takesValue = arg.startsWith('--') && rules[arg.slice(2)]?.type === 'string'
    if (!takesValue) joined.push(arg)
    else if (next === undefined || isOption(next, rules)) joined.push(`${arg}=`)
    else joined.push(`${arg}=${args[++i]}`)
  }
  return joined
}

function isOption(arg: string, rules: OptionRules): boolean {
  return (
    arg.startsWith('--') || Object.values(rules).some(({ short }) => short && arg.startsWith(`-${short}`))
  )
}
