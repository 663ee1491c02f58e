import type { Fields } from './fields.js'

/** How bad a request's end was, in the words of OpenTelemetry. */
export type Severity = 'ERROR' | 'WARN' | 'INFO'

/** ERROR for a status of 5xx or an exception, WARN if the client left, else INFO. */
export function severityOf(request: Fields): Severity {
  if (isServerError(request) || request.left.has('ex_type')) return 'ERROR'
  return request.left.get('aborted') === true ? 'WARN' : 'INFO'
}

/** Whether the status is 5xx. */
export function isServerError(request: Fields): boolean {
  return (request.peekNumber('status_code') ?? 0) >= 500
}
