import type { OptionRule } from '@actionlog/core'

const OCTAL = /^0?[0-7]{3}$/

/** The rule of an option that is a file mode: a number, or a text of octal digits, as JSON has no octal numbers. */
export function fileMode(byDefault: number): OptionRule<number | string> {
  return {
    expected: 'a file mode such as 0o640 or "0640"',
    default: byDefault,
    accepts: (value) =>
      typeof value === 'string'
        ? OCTAL.test(value)
        : Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0o777,
  }
}

export function parseMode(mode: number | string): number {
  return typeof mode === 'string' ? Number.parseInt(mode, 8) : mode
}
