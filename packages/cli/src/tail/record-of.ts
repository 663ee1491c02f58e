import { toNumber, toText } from '../store/columns/cast.js'
import { ownFields } from '../terminal/own-fields.js'
import type { TailedAction, TailedRequest } from './tailed.js'

type Raw = Readonly<Record<string, unknown>>

/** What tail shows of a record, whatever types its fields have: the report reads them in the same way. */
export function requestOf(record: Raw): TailedRequest {
  return {
    time: timeOf(record.time),
    request_id: textOf(record.request_id),
    method: textOf(record.method),
    url: textOf(record.url),
    view_name: textOf(record.view_name),
    status_code: integerOf(record.status_code),
    user: textOf(record.user),
    user_agent: textOf(record.user_agent),
    sql_count: integerOf(record.sql_count),
    sql_time: numberOf(record.sql_time),
    total_time: numberOf(record.total_time),
    aborted: toNumber.BOOLEAN(record.aborted) === 1,
    ex_type: textOf(record.ex_type),
    ex_message: textOf(record.ex_message),
    sql_repeat: textOf(record.sql_repeat),
    sql_repeat_count: integerOf(record.sql_repeat_count),
  }
}

export function actionOf(record: Raw): TailedAction {
  return {
    time: timeOf(record.time),
    label_name: textOf(record.label_name),
    request_id: textOf(record.request_id),
    user: textOf(record.user),
    fields: ownFields(record),
  }
}

function textOf(value: unknown): string | null {
  return toText(value) ?? null
}

function numberOf(value: unknown): number | null {
  return toNumber.DOUBLE(value) ?? null
}

function integerOf(value: unknown): number | null {
  return toNumber.INTEGER(value) ?? null
}

function timeOf(value: unknown): number | null {
  return toNumber.TIMESTAMPTZ(value) ?? null
}
