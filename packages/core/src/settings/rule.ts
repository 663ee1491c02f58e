/** What one option may be. Make your own where none of {@link integer}, {@link text} … fits. */
export interface OptionRule<T> {
  /** Completes "must be …" in the error. */
  readonly expected: string
  /** The value of an option that is absent. */
  readonly default: T
  /** Whether a value is right. Never asked about `undefined`: that is an absent option. */
  readonly accepts: (value: unknown) => boolean
  /** `true` for passwords: no error shows the value. */
  readonly secret?: boolean
  /**
   * The option needs one of these others to be set as well, or to be `value`, unless it has its default itself; `why`
   * ends the error.
   */
  readonly needs?: { readonly oneOf: readonly string[]; readonly value?: unknown; readonly why: string }
}

/** A whole number from `min` to `max`. */
export function integer(min: number, max: number, byDefault: number): OptionRule<number> {
  return {
    expected: `an integer from ${min} to ${max}`,
    default: byDefault,
    accepts: (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
  }
}

/** A string that is not empty. */
export function text<T extends string | undefined>(byDefault: T): OptionRule<T> {
  return {
    expected: 'a string that is not empty',
    default: byDefault,
    accepts: (value) => typeof value === 'string' && value !== '',
  }
}

/** `true` or `false`. */
export function boolean(byDefault: boolean): OptionRule<boolean> {
  return { expected: 'true or false', default: byDefault, accepts: (value) => typeof value === 'boolean' }
}

/** One of these strings. */
export function oneOf<const T extends string>(values: readonly T[], byDefault: T): OptionRule<T> {
  return {
    expected: values.map((value) => `"${value}"`).join(' or '),
    default: byDefault,
    accepts: (value) => values.includes(value as T),
  }
}

/** A function, by default none. @param signature how errors describe it, such as `(ctx) => boolean` */
export function callback(signature: string): OptionRule<undefined> {
  return {
    expected: `a function ${signature}`,
    default: undefined,
    accepts: (value) => typeof value === 'function',
  }
}
