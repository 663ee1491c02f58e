import type { Scope } from '../questions/scope.js'
import { canonicalZone } from '../time-zone/names.js'
import { AskError, oneOf, type Rule, readValues, record, text, texts, time } from './read-values.js'

const timeZone: Rule<string> = (value, name) => {
  const zone = canonicalZone(text(value, name))
  if (zone) return zone
  throw new AskError(`${name} must be a time zone such as Europe/Berlin, got ${JSON.stringify(value)}`)
}

// without `where`: no SQL comes from the page
const SCOPE = {
  from: time,
  until: time,
  timeZone,
  view: texts,
  user: texts,
  label: texts,
  status: texts,
  method: texts,
  fields: record(texts),
  search: text,
  bots: oneOf('include', 'exclude', 'only'),
}

/** Reads the parameter `scope`: a {@link Scope} as JSON. Without a zone it is UTC. */
export function readScope(json: unknown): Scope {
  return { timeZone: 'UTC', ...readValues(json, 'scope', SCOPE) }
}
