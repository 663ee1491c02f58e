import type { Param, Store } from '../store/store.js'
import { BOT_AGENT } from './bots.js'
import { fieldSql, isList } from './field.js'
import { isHeldAction, isHeldRequest } from './held.js'
import { NO_VIEW } from './no-view.js'
import { readFilterValue, type Scope } from './scope.js'
import { statusRange } from './status-range.js'
import { checkCondition, inParentheses } from './user-condition.js'

/** A scope as SQL: conditions for `WHERE`, and the parameters that both of them use. */
export interface Filter {
  /** Over the columns of `requests`. */
  requests: string
  /** Over the columns of `actions`. */
  actions: string
  params: Record<string, Param>
}

/**
 * Turns a scope into conditions. Values become parameters, never SQL; only `where` is SQL, and it is checked.
 * @throws QuestionError about the first filter that is wrong
 */
export async function filterOf(store: Store, scope: Scope): Promise<Filter> {
  if (scope.where !== undefined) await checkCondition(store, scope.where)
  const params: Record<string, Param> = {}
  const bind = (value: Param): string => {
    const name = `scope_${Object.keys(params).length}`
    params[name] = value
    return `$${name}`
  }
  const range = rangeConditions(scope, bind)
  const user = valueCondition(scope.user, '"user"', bind)
  const label = valueCondition(scope.label, 'label_name', bind)
  const others = requestConditions(scope, bind, params)
  const heldRequest = scope.held ? [isHeldRequest(scope.held)] : []
  const heldAction = scope.held ? [isHeldAction(scope.held)] : []
  const ofRequests = (conditions: readonly string[]): string =>
    `request_id IN (SELECT request_id FROM requests WHERE ${all([...heldRequest, ...conditions])})`
  const requests = [...heldRequest, ...range, ...user, ...others]
  if (label.length > 0) {
    const labelled = all([...heldAction, ...label])
    requests.push(`request_id IN (SELECT request_id FROM actions WHERE ${labelled})`)
  }
  const actions = [...heldAction, ...range, ...label]
  if (user.length > 0) {
    actions.push(
      `CASE WHEN "user" IS NULL AND request_id IS NOT NULL THEN ${ofRequests(user)} ELSE ${all(user)} END`,
    )
  }
  if (others.length > 0) actions.push(ofRequests(others))
  return { requests: all(requests), actions: all(actions), params }
}

type Bind = (value: Param) => string

function all(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'true' : `(${conditions.join(' AND ')})`
}

function rangeConditions(scope: Scope, bind: Bind): string[] {
  const at = (time: number): string => `make_timestamptz((${bind(time)}::DOUBLE * 1000)::BIGINT)`
  return [
    ...(scope.from === undefined ? [] : [`time >= ${at(scope.from)}`]),
    ...(scope.until === undefined ? [] : [`time < ${at(scope.until)}`]),
  ]
}

/** What a labelled record has only by its request. */
function requestConditions(scope: Scope, bind: Bind, params: Record<string, Param>): string[] {
  const conditions = [
    ...choice(scope.view, (view) => viewCondition(view, bind)),
    ...valueCondition(scope.method, 'method', bind, (value) => value.toUpperCase()),
    ...choice(scope.status, statusCondition),
  ]
  for (const [field, values] of Object.entries(scope.fields ?? {})) {
    const { text, params: own } = fieldSql(field, scope.timeZone, `field_${Object.keys(params).length}`)
    Object.assign(params, own)
    if (isList(field)) {
      conditions.push(...choice(values, (value) => `list_contains(${text}, ${bind(value)})`))
    } else {
      conditions.push(...valueCondition(values, text, bind))
    }
  }
  if (scope.search) conditions.push(searchCondition(bind(scope.search)))
  if (scope.bots === 'exclude') conditions.push(`NOT ${BOT_AGENT}`)
  if (scope.bots === 'only') conditions.push(BOT_AGENT)
  if (scope.where !== undefined) conditions.push(inParentheses(scope.where))
  return conditions
}

function valueCondition(
  values: readonly string[] | undefined,
  column: string,
  bind: Bind,
  spell: (value: string) => string = (value) => value,
): string[] {
  return choice(values, (value) => equals(column, spell(value), bind))
}

function viewCondition(view: string, bind: Bind): string {
  const condition = equals('view_name', view, bind)
  return view === NO_VIEW ? `(view_name IS NULL OR ${condition})` : condition
}

/** What is empty is nothing, too. */
function equals(column: string, value: string, bind: Bind): string {
  return value === '' ? `coalesce(${column}, '') = ''` : `${column} = ${bind(value)}`
}

/** One of the values, and none of those that are excluded. */
function choice(values: readonly string[] | undefined, condition: (value: string) => string): string[] {
  const all = (values ?? []).map(readFilterValue)
  const wanted = all.filter(({ isExcluded }) => !isExcluded).map(({ value }) => condition(value))
  const excluded = all
    .filter(({ isExcluded }) => isExcluded)
    .map(({ value }) => `NOT coalesce(${condition(value)}, false)`)
  return wanted.length === 0 ? excluded : [`(${wanted.join(' OR ')})`, ...excluded]
}

function statusCondition(status: string): string {
  const [lowest, highest] = statusRange(status)
  return `status_code BETWEEN ${lowest} AND ${highest}`
}

const SEARCHED = ['url', 'view_name', '"user"', 'request_id', 'trace_id', 'remote_ip', 'user_agent']
const ALSO_SEARCHED = ['ex_type', 'ex_message', 'sql_slowest', 'extra::VARCHAR']

function searchCondition(text: string): string {
  const columns = [...SEARCHED, ...ALSO_SEARCHED].map(
    (column) => `coalesce(contains(lower(${column}), lower(${text})), false)`,
  )
  return `(${columns.join(' OR ')})`
}
