import { MEMORY_OPTIONS, RECORD_OPTIONS } from '../options/input-options.js'
import type { OptionRules } from '../options/options.js'
import { SCOPE_OPTIONS } from '../options/scope-options.js'

/** Options of single lists. */
export const LIST_OPTIONS = {
  limit: { type: 'string', value: 'N', about: 'how many rows a list shows' },
  sort: {
    type: 'string',
    value: 'FIELD',
    about: 'views and users: by requests, p95, errors …; default: waiting_time',
  },
  by: {
    type: 'string',
    value: 'FIELD',
    about: 'ranking: by user, status_code, user_agent, query.KEY, extra.KEY, hour …',
  },
  'before-error': { type: 'boolean', about: "trail: only what led to the user's last error" },
  around: { type: 'string', value: 'ID', about: 'trail: around the record with this request_id' },
  slow: { type: 'string', value: 'p50…p99', about: 'why: slow is at or above this percentile; default: p95' },
  above: { type: 'string', value: 'TIME', about: 'why: slow is longer than this, such as 500ms' },
  at: { type: 'string', value: 'TIME', about: 'compare: before and after this moment, a deploy for example' },
} as const satisfies OptionRules

/** What is printed, and where. */
export const OUTPUT_OPTIONS = {
  json: { type: 'boolean', about: 'the answers as JSON' },
  csv: { type: 'boolean', about: 'one list as CSV; without a list: the views' },
  html: { type: 'string', value: 'FILE', about: 'a page to send to a colleague, charts included' },
  mask: {
    type: 'string',
    multiple: true,
    value: 'user,ip,query',
    about: 'hides users, addresses and values in URLs, in every output',
  },
  'fail-if': {
    type: 'string',
    multiple: true,
    value: 'RULE',
    about: "exits with 1 if this rule holds: 'p95(GET /posts/:id) > 300ms', 'errors(*) > 1%'",
  },
  strict: { type: 'boolean', about: 'with --fail-if: a view with fewer than 20 requests fails, too' },
  sql: { type: 'string', value: 'SELECT', about: 'a query of your own over the tables of `report schema`' },
  rejects: { type: 'boolean', about: 'lists the lines that are not records, and why' },
  help: { type: 'boolean', short: 'h', about: 'prints this' },
} as const satisfies OptionRules

export const REPORT_OPTIONS = {
  ...SCOPE_OPTIONS,
  ...LIST_OPTIONS,
  ...OUTPUT_OPTIONS,
  ...RECORD_OPTIONS,
  ...MEMORY_OPTIONS,
} as const
