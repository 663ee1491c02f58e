import type { Help } from '../options/help.js'
import { RECORD_OPTIONS } from '../options/input-options.js'
import type { OptionRules } from '../options/options.js'
import { SCOPE_OPTIONS } from '../options/scope-options.js'

const { where: _, ...FILTERS } = SCOPE_OPTIONS

const OWN = {
  slow: { type: 'string', value: 'TIME', about: 'requests that took at least this long, such as 200ms' },
  lines: {
    type: 'string',
    short: 'n',
    value: 'N|all',
    about: "how many of a file's last records to print first; default: 10",
  },
  full: { type: 'boolean', about: 'all fields of each record, one a line' },
  help: { type: 'boolean', short: 'h', about: 'prints this' },
} as const satisfies OptionRules

export const TAIL_OPTIONS = { ...FILTERS, ...OWN, ...RECORD_OPTIONS } as const

export const TAIL_HELP: Help = {
  about:
    'actionlog tail: each request as it comes, one line for a developer. Labelled records stand below their request.',
  usage: ['actionlog tail FILE… [options]', 'node app.js | actionlog tail [options]'],
  examples: [
    ['actionlog tail my_action.log', 'follows the file, also when it is rotated'],
    ['node app.js | actionlog tail', "the application's own lines stay"],
    ['actionlog tail --slow 200ms my_action.log', 'slow requests only'],
    ["actionlog tail --status '>=400' --user ada my_action.log", "Ada's failures"],
    ['actionlog tail --full < my_action.log', 'all records with all their fields'],
  ],
  options: [
    { title: 'Which records', rules: FILTERS },
    { title: 'How', rules: OWN },
    { title: 'Input', rules: RECORD_OPTIONS },
  ],
  notes: [
    'A line shows time, status, view, total time, SQL statements and their time, user, what was wrong, URL. Ctrl-C ends it.',
  ],
}
