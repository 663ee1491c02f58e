import type { Outcome } from '../../packages/koa/test/matrix/case.js'
import type { Reading } from './loggers.js'

/** What is asked of the records of a request. */
export const aspects = {
  record: 'exactly one record',
  status: 'the status that was sent',
  aborted: 'marked as aborted, if and only if it was',
  error: 'the error named',
}
export type Aspect = keyof typeof aspects

/** What is wrong with the records of some requests, in words. */
export type Mistakes = { [aspect in Aspect]?: string }

/**
 * A logger is judged by all that its records can say: right is the status that was sent, or none where none
 * was; a client that left may be marked in any way, and so may a response that the application broke; an error is
 * named by its message anywhere in a record.
 */
export function judge(outcomes: readonly Outcome[], readings: readonly Reading[], broken: boolean): Mistakes {
  const [first] = outcomes as [Outcome]
  if (outcomes.every(({ status_code }) => status_code === first.status_code))
    return judgeAlike(first, outcomes.length, readings, broken)
  // requests that end differently go to /1, /2, /3
  const each = outcomes.map((outcome, i) => {
    const url = new RegExp(`/${i + 1}(?![\\d.])`)
    return judgeAlike(
      outcome,
      1,
      readings.filter(({ text }) => url.test(text)),
      broken,
    )
  })
  return Object.assign({}, ...each)
}

function judgeAlike(
  expected: Outcome,
  requests: number,
  readings: readonly Reading[],
  broken: boolean,
): Mistakes {
  const { status_code, aborted = false, ex_message } = expected
  const mistakes: Mistakes = {}
  const records = readings.length
  if (records !== requests) mistakes.record = perRequest(records, requests)

  const claimed = readings.flatMap(({ status }) => status ?? [])
  const wrong = new Set(claimed.filter((status) => status !== status_code))
  if (wrong.size > 0) mistakes.status = `status ${[...wrong].join(' and ')}`
  else if (claimed.length === 0 && status_code < 499) mistakes.status = 'no status'

  const marked = readings.some((reading) => reading.aborted)
  const either = broken && !aborted && ex_message !== undefined
  if (marked !== aborted && !either) mistakes.aborted = marked ? 'marked as aborted' : 'not marked as aborted'

  if (ex_message !== undefined && !readings.some(({ text }) => names(text, ex_message)))
    mistakes.error = 'error not named'
  return mistakes
}

function perRequest(records: number, requests: number): string {
  if (records === 0) return 'no record'
  const each = records / requests
  return Number.isInteger(each) ? `${each} records` : `${records} of ${requests} records`
}

function names(record: string, message: string): boolean {
  const beginning = message.slice(0, 40)
  return record.includes(beginning) || record.includes(JSON.stringify(beginning).slice(1, -1))
}
