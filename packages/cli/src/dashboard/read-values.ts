/** What a request to the dashboard's server asks is wrong: the answer is 400 with this message. */
export class AskError extends Error {
  override name = 'AskError'
}

/** Checks one value and gives it, or throws an {@link AskError} that says what it must be. */
export type Rule<Value> = (value: unknown, name: string) => Value

type Rules = Readonly<Record<string, Rule<unknown>>>
type Values<Of extends Rules> = { [Name in keyof Of]?: ReturnType<Of[Name]> }

/** Reads a parameter of the address that holds JSON; undefined if it is absent. */
export function readJson(json: unknown, name: string): unknown {
  if (json === undefined) return undefined
  const value = parse(json)
  if (value === undefined) throw new AskError(`${name} must be JSON, given once`)
  if (isDeeperThan(MAX_DEPTH, value))
    throw new AskError(`${name} must not be nested deeper than ${MAX_DEPTH} levels`)
  return value
}

function parse(json: unknown): unknown {
  try {
    return typeof json === 'string' ? JSON.parse(json) : undefined
  } catch {
    return undefined
  }
}

/** More than any question has, and few enough to write the value into an error. */
const MAX_DEPTH = 16

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner))
}

/** An object with these fields and no others; each may be absent. */
export function object<const Of extends Rules>(rules: Of): Rule<Values<Of>> {
  return (value, name) => {
    const fields = Object.entries(plainObject(value, name)).map(([key, field]) => {
      const rule = Object.hasOwn(rules, key) ? rules[key] : undefined
      if (!rule)
        throw new AskError(
          `${name} has no field ${JSON.stringify(key)}; it has ${Object.keys(rules).join(', ')}`,
        )
      return [key, rule(field, `${name}.${key}`)]
    })
    return Object.fromEntries(fields) as Values<Of>
  }
}

/** An object whose fields all keep one rule. */
export function record<Value>(rule: Rule<Value>): Rule<Record<string, Value>> {
  return (value, name) =>
    Object.fromEntries(
      Object.entries(plainObject(value, name)).map(([key, field]) => [key, rule(field, `${name}.${key}`)]),
    )
}

function plainObject(value: unknown, name: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new AskError(`${name} must be an object, got ${JSON.stringify(value)}`)
}

// the names of a hostile log can be longer than those of any application
const MAX_LENGTH = 100_000

export const text: Rule<string> = (value, name) => {
  if (typeof value === 'string' && value.length <= MAX_LENGTH) return value
  throw new AskError(`${name} must be a text of at most ${MAX_LENGTH.toLocaleString('en-US')} characters`)
}

/** A value that may be absent: then it is an empty object. */
export function readObject<const Of extends Rules>(value: unknown, name: string, rules: Of): Values<Of> {
  return value === undefined ? {} : object(rules)(value, name)
}

export const flag: Rule<boolean> = (value, name) => {
  if (typeof value === 'boolean') return value
  throw new AskError(`${name} must be true or false, got ${JSON.stringify(value)}`)
}

export const number: Rule<number> = (value, name) => {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new AskError(`${name} must be a number, got ${JSON.stringify(value)}`)
}

/** A time that a Date can hold, in milliseconds since 1970. */
export const time: Rule<number> = (value, name) => {
  if (Math.abs(number(value, name)) <= 8.64e15) return value as number
  throw new AskError(`${name} must be milliseconds since 1970, got ${value}`)
}

/** A whole number from `least` to `most`. */
export function count(most: number, least = 0): Rule<number> {
  return (value, name) => {
    if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)
      return value as number
    throw new AskError(
      `${name} must be a whole number from ${least} to ${most}, got ${JSON.stringify(value)}`,
    )
  }
}

export function oneOf<const Choice extends string>(...choices: readonly Choice[]): Rule<Choice> {
  return (value, name) => {
    if (choices.includes(value as Choice)) return value as Choice
    throw new AskError(`${name} must be ${choices.join(', ')}; got ${JSON.stringify(value)}`)
  }
}

export const texts: Rule<readonly string[]> = (value, name) => {
  if (Array.isArray(value) && value.length <= 100) return value.map((item, i) => text(item, `${name}[${i}]`))
  throw new AskError(`${name} must be a list of at most 100 texts`)
}

export const range: Rule<{ from: number; until: number }> = (value, name) => {
  const { from, until } = object({ from: time, until: time })(value, name)
  if (from !== undefined && until !== undefined && from < until) return { from, until }
  throw new AskError(`${name}.from must be before ${name}.until`)
}
