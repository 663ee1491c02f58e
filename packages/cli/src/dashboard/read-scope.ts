import type { Held, Scope } from '../questions/scope.js'
import { canonicalZone } from '../time-zone/names.js'
import {
  AskError,
  count,
  object,
  oneOf,
  type Rule,
  readObject,
  record,
  text,
  texts,
  time,
} from './read-values.js'

const timeZone: Rule<string> = (value, name) => {
  const zone = canonicalZone(text(value, name))
  if (zone) return zone
  throw new AskError(`${name} must be a time zone such as Europe/Berlin, got ${JSON.stringify(value)}`)
}

const rows = count(1e15)

const held: Rule<Held> = (value, name) => {
  const { requests, labelled, rejected } = object({ requests: rows, labelled: rows, rejected: rows })(
    value,
    name,
  )
  if (requests !== undefined && labelled !== undefined && rejected !== undefined)
    return { requests, labelled, rejected }
  throw new AskError(`${name} must have the numbers requests, labelled and rejected`)
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
  held,
}

/** Checks a {@link Scope} that a page sent. Without a zone it is UTC. */
export function readScope(value: unknown, name = 'scope'): Scope {
  const scope = { timeZone: 'UTC', ...readObject(value, name, SCOPE) }
  if (scope.from === undefined || scope.until === undefined || scope.from < scope.until) return scope
  throw new AskError(`${name}.from must be before ${name}.until`)
}
