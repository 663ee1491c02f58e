import type { OptionRules } from './options.js'

/** How the files are read, for every command. */
export const INPUT_OPTIONS = {
  map: {
    type: 'string',
    value: 'FILE|PRESET',
    about: "other people's JSON logs: which field is which; pino-http, nginx, caddy, or a JSON file",
  },
  'assume-tz': {
    type: 'string',
    value: 'ZONE',
    about: 'the zone of times in the log that name none; default: UTC',
  },
  'memory-limit': {
    type: 'string',
    value: 'SIZE',
    about: 'what the database may take, such as 512MB; default: 1GB',
  },
} as const satisfies OptionRules
