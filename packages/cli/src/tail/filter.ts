import { isBotAgent } from '../questions/bots.js'
import type { Scope } from '../questions/scope.js'
import { UsageError } from '../usage-error.js'
import type { TailedAction, TailedRequest } from './tailed.js'

/** Which records tail shows: the scope's filters, without a database. */
export interface TailFilter {
  /** @param actions the labelled records that it wrote */
  acceptsRequest(request: TailedRequest, actions: readonly TailedAction[]): boolean
  acceptsAction(action: TailedAction): boolean
}

/**
 * @param slowMs only requests that took at least so long
 * @throws UsageError for a condition in SQL
 */
export function tailFilter(scope: Scope, slowMs: number | undefined): TailFilter {
  if (scope.where !== undefined)
    throw new UsageError('--where is an option of `actionlog report`; tail has --view, --user, --status …')
  const isInRange = (time: number | null): boolean =>
    time === null
      ? scope.from === undefined && scope.until === undefined
      : time >= (scope.from ?? -Infinity) && time < (scope.until ?? Infinity)
  const statuses = scope.status?.map((rule) => [rule, statusRule(rule)] as const)
  const isOfRequests = [scope.view, scope.status, scope.method, scope.bots, slowMs].some(
    (filter) => filter !== undefined,
  )
  return {
    acceptsRequest: (request, actions) =>
      isInRange(request.time) &&
      accepts(scope.view, request.view_name) &&
      accepts(scope.user, request.user) &&
      accepts(scope.method, request.method) &&
      (scope.label === undefined || actions.some((action) => accepts(scope.label, action.label_name))) &&
      acceptsStatus(statuses, request.status_code) &&
      (scope.bots === undefined ||
        scope.bots === 'include' ||
        isBotAgent(request.user_agent) === (scope.bots === 'only')) &&
      (slowMs === undefined || (request.total_time ?? 0) >= slowMs),
    // below its request it is shown with it; alone only where no filter asks for what it has not
    acceptsAction: (action) =>
      isInRange(action.time) &&
      !isOfRequests &&
      accepts(scope.label, action.label_name) &&
      accepts(scope.user, action.user),
  }
}

/** One of the values, and none of those with a leading `!`, see `Scope`. */
function accepts(values: readonly string[] | undefined, value: string | null): boolean {
  if (values === undefined) return true
  const plain = (written: string): string => written.replace(/^\\/, '')
  const unwanted = values
    .filter((written) => written.startsWith('!'))
    .map((written) => plain(written.slice(1)))
  const wanted = values.filter((written) => !written.startsWith('!')).map(plain)
  return !unwanted.includes(value ?? '') && (wanted.length === 0 || wanted.includes(value ?? ''))
}

function acceptsStatus(
  rules: readonly (readonly [string, (status: number) => boolean])[] | undefined,
  status: number | null,
): boolean {
  if (rules === undefined) return true
  if (status === null) return false
  const wanted = rules.filter(([text]) => !text.startsWith('!'))
  const isUnwanted = rules.some(([text, rule]) => text.startsWith('!') && rule(status))
  return !isUnwanted && (wanted.length === 0 || wanted.some(([, rule]) => rule(status)))
}

/** `404`, `5xx`, `>=400`. @throws UsageError */
function statusRule(text: string): (status: number) => boolean {
  const [, hundreds] = /^!?([1-5])xx$/i.exec(text) ?? []
  if (hundreds) return (status) => Math.floor(status / 100) === Number(hundreds)
  const [, operator = '=', code] = /^!?(>=|<=|>|<|=)? ?(\d{3})$/.exec(text) ?? []
  if (!code)
    throw new UsageError(`--status must be a status such as 404, 5xx or '>=400'; got ${JSON.stringify(text)}`)
  const limit = Number(code)
  return (status) =>
    ({
      '=': status === limit,
      '>': status > limit,
      '>=': status >= limit,
      '<': status < limit,
      '<=': status <= limit,
    })[operator] as boolean
}
