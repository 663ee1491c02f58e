import type { Help } from '../options/help.js'
import type { OptionRules } from '../options/options.js'
import { SCOPE_OPTIONS } from '../options/scope-options.js'

const { where: _, ...FILTERS } = SCOPE_OPTIONS

const OWN = {
  slow: { type: 'string', value: 'TIME', about: 'requests that took at least so long, such as 200ms' },
  lines: {
    type: 'string',
    short: 'n',
    value: 'N|all',
    about: 'how many records of the file to begin with; default: 10',
  },
  'no-follow': { type: 'boolean', about: 'ends at the end of the file' },
  full: { type: 'boolean', about: 'all fields of each record, one a line' },
  help: { type: 'boolean', short: 'h', about: 'prints this' },
} as const satisfies OptionRules

export const TAIL_OPTIONS = { ...FILTERS, ...OWN } as const

export const TAIL_HELP: Help = {
  about:
    'actionlog tail: each request as it comes, one line for a developer. Labelled records stand below their request.',
  usage: ['actionlog tail FILE… [options]', 'node app.js | actionlog tail [options]'],
  examples: [
    ['actionlog tail my_action.log', 'follows the file, over rotation'],
    ['node app.js | actionlog tail', "the application's own lines stay"],
    ['actionlog tail --slow 200ms my_action.log', 'slow requests only'],
    ["actionlog tail --status '>=400' --user ada my_action.log", "Ada's failures"],
    ['actionlog tail --full -n 1 --no-follow my_action.log', 'the last record with all its fields'],
  ],
  options: [
    { title: 'Which records', rules: FILTERS },
    { title: 'How', rules: OWN },
  ],
  notes: [
    'A line: time, status, view, total time, SQL statements and their time, user, what was wrong, URL. Ctrl-C ends it.',
  ],
}
