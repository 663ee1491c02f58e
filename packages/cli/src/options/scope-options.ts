import { didYouMean } from '@actionlog/core'
import { readFilterValue, type Scope } from '../questions/scope.js'
import { statusRange } from '../questions/status-range.js'
import { UsageError } from '../usage-error.js'
import type { OptionRules, OptionValues } from './options.js'
import { parseTime, TIME_HELP } from './time.js'
import { parseTimeZone } from './time-zone.js'

/** The options that choose records, the same for every command. */
export const SCOPE_OPTIONS = {
  since: { type: 'string', value: 'TIME', about: `from this time on: ${TIME_HELP}` },
  until: { type: 'string', value: 'TIME', about: 'before this time, or to the end of this day or month' },
  tz: {
    type: 'string',
    value: 'ZONE',
    about: "zone of all times, such as Europe/Berlin or UTC; default: the computer's",
  },
  view: {
    type: 'string',
    multiple: true,
    value: 'VIEW',
    about: "requests of this view, such as 'GET /posts/:id'",
  },
  user: { type: 'string', multiple: true, value: 'USER', about: "this user's records" },
  label: {
    type: 'string',
    multiple: true,
    value: 'LABEL',
    about: 'labelled records with this label, and their requests',
  },
  status: { type: 'string', multiple: true, value: 'STATUS', about: "404, 5xx or '>=400'" },
  method: { type: 'string', multiple: true, value: 'METHOD', about: 'GET, POST …' },
  where: {
    type: 'string',
    value: 'SQL',
    about: "a condition over the columns of the requests: 'sql_count > 20'",
  },
  bots: { type: 'string', value: 'exclude|only', about: 'requests of crawlers and health checks' },
} as const satisfies OptionRules

const BOTS = ['include', 'exclude', 'only'] as const

/**
 * The scope that the options choose.
 * @param now in milliseconds since 1970
 * @throws UsageError; QuestionError for a status that is none
 */
export function scopeOf(values: OptionValues<typeof SCOPE_OPTIONS>, now: number): Scope {
  const timeZone = parseTimeZone(values.tz)
  const from =
    values.since === undefined ? undefined : parseTime(values.since, '--since', timeZone, now).start
  const until = values.until === undefined ? undefined : parseTime(values.until, '--until', timeZone, now).end
  if (from !== undefined && until !== undefined && from >= until)
    throw new UsageError(`--since ${values.since} is not before --until ${values.until}`)
  const bots = oneOf('--bots', values.bots, BOTS)
  const status = splitAll(values.status)
  for (const text of status ?? []) statusRange(readFilterValue(text).value)
  const lists = {
    view: values.view,
    user: values.user,
    label: values.label,
    status,
    method: splitAll(values.method)?.map((method) => method.toUpperCase()),
  }
  return {
    timeZone,
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list !== undefined)),
    ...(values.where !== undefined && { where: values.where }),
    ...(bots !== undefined && { bots }),
  }
}

/** Each value that was given, and those that commas separate. */
export function splitAll(values: readonly string[] | undefined): string[] | undefined {
  return values?.flatMap((value) => value.split(',')).map((value) => value.trim())
}

/**
 * The option's value as one of these.
 * @throws UsageError
 */
export function oneOf<const Choice extends string>(
  option: string,
  value: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  if (value === undefined) return undefined
  const choice = choices.find((choice) => choice === value)
  if (choice !== undefined) return choice
  const list = choices.join(', ').replace(/, ([^,]*)$/, ' or $1')
  throw new UsageError(`${option} must be ${list}; got ${JSON.stringify(value)}${didYouMean(value, choices)}`)
}
