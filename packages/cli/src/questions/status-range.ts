import { QuestionError } from './question-error.js'

const STATUS = /^(?:([1-5])xx|(>=|<=|>|<|=)?\s*(\d{3}))$/i

// of the column: a log may hold what no HTTP status is
const LOWEST = -(2 ** 31)
const HIGHEST = 2 ** 31 - 1

/** The lowest and the highest status_code of a filter. */
export type StatusRange = readonly [lowest: number, highest: number]

/**
 * Reads `404`, `5xx` or `>=400`.
 * @throws QuestionError that names the rule and what came
 */
export function statusRange(text: string): StatusRange {
  const [, hundreds, operator = '=', digits] = STATUS.exec(text.trim()) ?? []
  if (hundreds) return [Number(hundreds) * 100, Number(hundreds) * 100 + 99]
  if (!digits)
    throw new QuestionError(
      `@actionlog/cli: a status must be like 404, 5xx or >=400, got ${JSON.stringify(text)}`,
    )
  const code = Number(digits)
  switch (operator) {
    case '>=':
      return [code, HIGHEST]
    case '>':
      return [code + 1, HIGHEST]
    case '<=':
      return [LOWEST, code]
    case '<':
      return [LOWEST, code - 1]
    default:
      return [code, code]
  }
}
