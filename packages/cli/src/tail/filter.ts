import { isBotAgent } from '../questions/bots.js'
import { readFilterValue, type Scope } from '../questions/scope.js'
import { type StatusRange, statusRange } from '../questions/status-range.js'
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
 * @throws UsageError for a condition in SQL; QuestionError for a status that is none
 */
export function tailFilter(scope: Scope, slowMs: number | undefined): TailFilter {
  if (scope.where !== undefined)
    throw new UsageError('--where is an option of `actionlog report`; tail has --view, --user, --status …')
  const isInRange = (time: number | null): boolean =>
    time === null
      ? scope.from === undefined && scope.until === undefined
      : time >= (scope.from ?? -Infinity) && time < (scope.until ?? Infinity)
  const statuses = new Map(
    scope.status?.map((text) => {
      const { value } = readFilterValue(text)
      return [value, statusRange(value)]
    }),
  )
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
      isChosen(scope.status, (value) => isIn(statuses.get(value), request.status_code)) &&
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

function accepts(values: readonly string[] | undefined, value: string | null): boolean {
  return isChosen(values, (wanted) => wanted === (value ?? ''))
}

/** Whether one of the values fits, and none of those that are excluded; without values all fit. */
function isChosen(values: readonly string[] | undefined, fits: (value: string) => boolean): boolean {
  const all = (values ?? []).map(readFilterValue)
  const wanted = all.filter(({ isExcluded }) => !isExcluded)
  return (
    !all.some(({ isExcluded, value }) => isExcluded && fits(value)) &&
    (wanted.length === 0 || wanted.some(({ value }) => fits(value)))
  )
}

function isIn([lowest, highest]: StatusRange = [1, 0], status: number | null): boolean {
  return status !== null && status >= lowest && status <= highest
}
