import { readFieldMap } from '../input/read-field-map.js'
import type { RecordOptions } from '../input/record.js'
import { UsageError } from '../usage-error.js'
import { parseBytes } from './amounts.js'
import type { OptionRules, OptionValues } from './options.js'
import { parseTimeZone } from './time-zone.js'

/** How records are read, for every command. */
export const RECORD_OPTIONS = {
  map: {
    type: 'string',
    value: 'FILE|PRESET',
    about:
      'how to read JSON logs of other tools: pino-http, nginx, caddy, or a JSON file that maps the fields',
  },
  'assume-tz': {
    type: 'string',
    value: 'ZONE',
    about: "the time zone of times in the log that have none; default: the computer's",
  },
} as const satisfies OptionRules

/** How much memory the log may take. */
export const MEMORY_OPTIONS = {
  'memory-limit': {
    type: 'string',
    value: 'SIZE',
    about: 'how much memory the database may use, such as 512MB; default: 1GB',
  },
} as const satisfies OptionRules

/** DuckDB does little with less. */
const LEAST_MEMORY_BYTES = 64e6

/** @throws UsageError */
export function memoryLimit(values: OptionValues<typeof MEMORY_OPTIONS>): { memoryLimitBytes?: number } {
  const text = values['memory-limit']
  const memoryLimitBytes = parseBytes('--memory-limit', text)
  if (memoryLimitBytes === undefined) return {}
  if (memoryLimitBytes >= LEAST_MEMORY_BYTES) return { memoryLimitBytes }
  throw new UsageError(`--memory-limit must be 64MB or more; got ${JSON.stringify(text)}`)
}

/** @throws UsageError */
export function recordOptions(values: OptionValues<typeof RECORD_OPTIONS>): RecordOptions {
  const zone = values['assume-tz']
  return {
    ...(zone !== undefined && { assumedZone: parseTimeZone(zone, '--assume-tz') }),
    ...(values.map !== undefined && { map: readFieldMap(values.map) }),
  }
}
