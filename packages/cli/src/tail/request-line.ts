import { fit } from '../terminal/fit.js'
import { inert } from '../terminal/inert.js'
import type { Paint, Tone } from '../terminal/paint.js'
import { formatMs } from '../terminal/units.js'
import { formatClock } from '../time-zone/clock.js'
import type { TailedAction, TailedRequest } from './tailed.js'

const VIEW_WIDTH = 32

/** A request as one line: time, status, view, total time, SQL, user, and what was wrong. */
export function requestLine(request: TailedRequest, timeZone: string, paint: Paint): string {
  const { time, status_code, total_time, sql_count, sql_time, user } = request
  const cells = [
    paint('faint', clock(time, timeZone)),
    paint(statusTone(status_code), fit(String(status_code ?? '–'), 3)),
    paint('name', fit(inert(viewOf(request)), VIEW_WIDTH)),
    fit(total_time === null ? '–' : formatMs(total_time), 9, 'right'),
    fit(sql_count ? `${sql_count} SQL ${formatMs(sql_time ?? 0)}` : '', 16, 'right'),
    fit(inert(user ?? ''), 10),
    ...faults(request, paint),
    paint('faint', urlOf(request)),
  ]
  return cells.join('  ').trimEnd()
}

/** A labelled record, below its request where `isBelow`. */
export function actionLine(action: TailedAction, isBelow: boolean, timeZone: string, paint: Paint): string {
  const { time, label_name, fields, request_id } = action
  const label = paint('title', inert(label_name ?? '(no label)'))
  const request = isBelow || request_id === null ? '' : paint('faint', `  request ${inert(request_id)}`)
  return `${paint('faint', clock(time, timeZone))}  ${isBelow ? '    ' : ''}${label}  ${inert(fields)}${request}`.trimEnd()
}

function clock(time: number | null, timeZone: string): string {
  return time === null ? '–'.padEnd(12) : formatClock(time, timeZone)
}

function viewOf({ view_name, method }: TailedRequest): string {
  if (view_name === null) return method ?? '–'
  return method !== null && !view_name.startsWith(`${method} `) ? `${method} ${view_name}` : view_name
}

function urlOf({ url, view_name, method }: TailedRequest): string {
  return url === null || view_name === `${method} ${url}` ? '' : inert(url)
}

function faults(request: TailedRequest, paint: Paint): string[] {
  const { aborted, sql_repeat, sql_repeat_count, ex_type, ex_message } = request
  return [
    ...(aborted ? [paint('warning', 'aborted')] : []),
    ...(sql_repeat ? [paint('warning', inert(`N+1: ${sql_repeat_count ?? '?'} × ${sql_repeat}`))] : []),
    ...(ex_type ? [paint('bad', inert(`${ex_type}: ${ex_message ?? ''}`))] : []),
  ]
}

function statusTone(status: number | null): Tone {
  if (status === null) return 'faint'
  if (status >= 500) return 'bad'
  if (status >= 400) return 'warning'
  return status >= 300 ? 'name' : 'good'
}
