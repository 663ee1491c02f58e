/** Attributes by their dotted names, as OpenTelemetry's semantic conventions 1.44 write them. */
export interface OtelAttributes {
  /** `_OTHER` for a method that the conventions do not know. */
  'http.request.method'?: string
  'http.request.method_original'?: string
  'http.response.status_code'?: number
  /** The route's template, without the method. */
  'http.route'?: string
  'url.path'?: string
  'url.query'?: string
  'client.address'?: string
  'user_agent.original'?: string
  'user.id'?: string
  /** The exception's type; the status, as text, of a 5xx without one. */
  'error.type'?: string
  'exception.type'?: string
  'exception.message'?: string
  'exception.stacktrace'?: string
  /** Seconds: the record's `total_time`. */
  'actionlog.duration'?: number
  /** Fields of these two names, which mean something else above and here. */
  'actionlog.fields'?: { duration?: unknown; fields?: unknown }
  /** What the conventions have no name for, under its own name and in its own unit. */
  [own: `actionlog.${string}`]: unknown
}

/** A record as a log record of OpenTelemetry's data model, its members named as in OTLP. */
export interface OtelLogRecord {
  /** Nanoseconds since 1970, as text, since they are more than a number can count. Absent if the record's time is none. */
  timeUnixNano?: string
  severityNumber: 9 | 13 | 17
  severityText: 'INFO' | 'WARN' | 'ERROR'
  /** `actionlog.LABEL`; `actionlog` for a record without a label. */
  eventName: string
  /** As an object; OTLP's own JSON has a list of `{ key, value }` instead. */
  attributes: OtelAttributes
  traceId?: string
  spanId?: string
}
