import { QuestionError } from './question-error.js'

const STATUS = /^(?:([1-5])xx|(>=|<=|>|<|=)?\s*(\d{3}))$/i

/**
 * Turns `404`, `5xx` or `>=400` into a condition on status_code.
 * @throws QuestionError that names the rule and what came
 */
export function statusCondition(text: string): string {
  const match = STATUS.exec(text.trim())
  if (!match) {
    throw new QuestionError(
      `@actionlog/cli: a status must be like 404, 5xx or >=400, got ${JSON.stringify(text)}`,
    )
  }
  const [, hundreds, operator = '=', code] = match
  if (hundreds) return `status_code BETWEEN ${hundreds}00 AND ${hundreds}99`
  return `status_code ${operator} ${code}`
}
