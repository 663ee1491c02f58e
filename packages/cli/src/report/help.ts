import type { Help } from '../options/help.js'
import { MEMORY_OPTIONS, RECORD_OPTIONS } from '../options/input-options.js'
import { SCOPE_OPTIONS } from '../options/scope-options.js'
import { LISTS } from './lists.js'
import { LIST_OPTIONS, OUTPUT_OPTIONS } from './report-options.js'

export const REPORT_HELP: Help = {
  about: 'actionlog report: shows what an action log says. Without LIST it prints one screen: what to fix.',
  usage: ['actionlog report [LIST] FILE… [options]'],
  examples: [
    ['actionlog report my_action.log', 'one screen'],
    ['actionlog report /var/log/my-app --since yesterday', 'a folder, rotated and .gz files too'],
    ["actionlog report why 'GET /posts/:id' my_action.log", 'what its slow requests have in common'],
    ['actionlog report trail ada --before-error my_action.log', 'what Ada did before the error'],
    ["actionlog report compare --at '2026-11-22 14:00' my_action.log", 'before and after a deploy'],
    ['actionlog report errors --status 5xx --since -3h my_action.log', 'errors of the last three hours'],
    [
      'actionlog report --status 404 --since yesterday --until yesterday my_action.log',
      'all that got 404 yesterday',
    ],
    ['actionlog report ranking --by user_agent --bots only my_action.log', 'which crawlers came'],
    ['actionlog report --html report.html --mask user,ip,query my_action.log', 'to send to a colleague'],
    ["actionlog report --fail-if 'p95(*) > 300ms' my_action.log", 'for CI: exits with 1 if it holds'],
    [
      "actionlog report --sql 'SELECT user, count(*) FROM requests GROUP BY 1' my_action.log",
      'anything else',
    ],
  ],
  words: {
    title: 'Lists',
    list: [
      ...Object.entries(LISTS).map(([name, { about, operands }]) => {
        return [[name, ...(operands?.({}) ?? [])].join(' '), about] as const
      }),
      ['schema', 'the tables and columns for --sql and --where'],
    ],
  },
  options: [
    { title: 'Which records', rules: SCOPE_OPTIONS },
    { title: 'Options of lists', rules: LIST_OPTIONS },
    { title: 'Output', rules: OUTPUT_OPTIONS },
    { title: 'Input', rules: { ...RECORD_OPTIONS, ...MEMORY_OPTIONS } },
  ],
  notes: [
    "FILE is a log file, a folder of them, or - for standard input. A leading ! excludes a value: --user '!bot'. A record must match all filters, and one value of a filter that is repeated.",
    'Exit codes: 0; 1 if a --fail-if rule holds; 2 for wrong usage and input that cannot be read.',
  ],
}
