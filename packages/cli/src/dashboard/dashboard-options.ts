import type { Help } from '../options/help.js'
import { MEMORY_OPTIONS, RECORD_OPTIONS } from '../options/input-options.js'
import type { OptionRules } from '../options/options.js'
import { SCOPE_OPTIONS } from '../options/scope-options.js'

const OWN = {
  port: { type: 'string', value: 'PORT', about: 'the port; default: a free one' },
  open: { type: 'boolean', about: 'opens the page in your browser' },
  tz: SCOPE_OPTIONS.tz,
  host: { type: 'string', value: 'HOST', about: 'the address to listen on; default: 127.0.0.1' },
  'allow-remote': {
    type: 'boolean',
    about: 'allows a --host that other machines can reach; the connection is not encrypted',
  },
  'self-log': { type: 'string', value: 'FILE', about: "writes an action log of the page's own requests" },
  help: { type: 'boolean', short: 'h', about: 'prints this' },
} as const satisfies OptionRules

export const DASHBOARD_OPTIONS = { ...OWN, ...RECORD_OPTIONS, ...MEMORY_OPTIONS } as const

export const DASHBOARD_HELP: Help = {
  about: 'actionlog dashboard: the log as a page in your browser, live.',
  usage: ['actionlog dashboard FILE… [options]'],
  examples: [
    ['actionlog dashboard my_action.log', 'prints the address of the page'],
    ['actionlog dashboard --open logs/', 'all log files of a folder, rotated ones too'],
    ['node app.js | actionlog dashboard -', 'what an application writes to standard output'],
  ],
  options: [
    { title: 'The page', rules: OWN },
    { title: 'Input', rules: { ...RECORD_OPTIONS, ...MEMORY_OPTIONS } },
  ],
  notes: [
    'The address holds a key that works in one browser; then the command prints a new one. Nobody else can read the page, not even another user of the machine. Ctrl-C ends it.',
  ],
}
