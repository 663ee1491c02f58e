const MEASURES = ['p50', 'p95', 'p99', 'max', 'mean', 'errors', 'sql', 'repeats'] as const

export type Measure = (typeof MEASURES)[number]

/** A condition that must not hold: `p95(GET /posts/:id) > 300ms`. */
export interface Threshold {
  /** As it was written. */
  text: string
  measure: Measure
  /** `*` for all requests of the scope together. */
  view: string
  operator: '>' | '>=' | '<' | '<='
  /** Milliseconds; of errors a part from 0 to 1; of sql statements of a request; of repeats requests. */
  limit: number
}

/**
 * Reads a threshold: `p95(GET /posts/:id) > 300ms`, `errors(*) > 1%`, `sql(VIEW) > 20`, `repeats(VIEW) > 0`.
 * @throws Error that names the rule and what came
 */
export function parseThreshold(text: string): Threshold {
  const fail = (rule: string): never => {
    throw new Error(`@actionlog/cli: --fail-if ${rule}, got ${JSON.stringify(text)}`)
  }
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')') // a view's name may have parentheses
  if (open < 0 || close < open) fail("must be like 'p95(GET /posts/:id) > 300ms'")
  const name = text.slice(0, open).trim()
  const measure = MEASURES.find((measure) => measure === name)
  if (!measure) return fail(`must begin with one of ${MEASURES.join(', ')}`)
  const view = text.slice(open + 1, close).trim()
  if (view === '') fail('must name a view in parentheses, or * for all requests')
  const [operator, number] = splitOperator(text.slice(close + 1).trim())
  if (!operator) return fail('must have >, >=, < or <= after the view')
  const limit = parseLimit(number, measure)
  if (limit === undefined) return fail(`must end in ${LIMITS[unitOf(measure)]}`)
  return { text, measure, view, operator, limit }
}

const OPERATORS = ['>=', '<=', '>', '<'] as const

function splitOperator(text: string): [Threshold['operator'] | undefined, string] {
  const operator = OPERATORS.find((operator) => text.startsWith(operator))
  return [operator, text.slice(operator?.length ?? 0).trim()]
}

type Unit = 'time' | 'part' | 'number'

const LIMITS: Record<Unit, string> = {
  time: 'a time like 300, 300ms or 1.5s',
  part: 'a part like 1% or 0.01',
  number: 'a number like 20',
}

function unitOf(measure: Measure): Unit {
  if (measure === 'errors') return 'part'
  return measure === 'sql' || measure === 'repeats' ? 'number' : 'time'
}

const LIMIT = /^(\d+(?:\.\d+)?)\s*(ms|s|%)?$/

const FACTORS: Record<Unit, Record<string, number>> = {
  time: { '': 1, ms: 1, s: 1000 },
  part: { '': 1, '%': 0.01 },
  number: { '': 1 },
}

function parseLimit(text: string, measure: Measure): number | undefined {
  const [, number, suffix = ''] = LIMIT.exec(text) ?? []
  const factor = FACTORS[unitOf(measure)][suffix]
  return number === undefined || factor === undefined ? undefined : Number(number) * factor
}
