/** A record under the names of the Elastic Common Schema 9.4, as nested objects: the form in which documents are indexed. */
export interface EcsDocument {
  /** Absent if the record's time is none. */
  '@timestamp'?: string
  ecs: { version: '9.4.0' }
  event: {
    kind: 'event'
    category?: ['web']
    type?: ['access']
    /** The label. */
    action?: string
    /** Names the stream: footprints, or labelled records. */
    dataset: 'actionlog.footprint' | 'actionlog.action'
    outcome?: 'success' | 'failure' | 'unknown'
    /** Nanoseconds. */
    duration?: number
  }
  log: { level: 'error' | 'warn' | 'info' }
  http?: { request?: { id?: string; method?: string }; response?: { status_code?: number } }
  url?: { original?: string; path?: string; query?: string }
  /** `ip` only if the address is one. */
  client?: { address?: string; ip?: string }
  user?: { id?: string }
  user_agent?: { original?: string }
  trace?: { id?: string }
  span?: { id?: string }
  error?: { type?: string; message?: string; stack_trace?: string }
  /** `view_name`, and what the schema has no name for: texts, numbers, true and false. */
  labels?: Record<string, string | number | boolean>
  /** What only actionlog has, in its own units. */
  actionlog?: {
    head_time?: number
    aborted?: boolean
    sql_count?: number
    sql_time?: number
    sql_errors?: number
    sql_source?: string
    sql_slowest?: string
    sql_slowest_time?: number
    sql_repeat?: string
    sql_repeat_count?: number
    node_time?: number
    /** Like `fields`, best indexed as `flattened` (Elasticsearch) or `flat_object` (OpenSearch). */
    extra?: Record<string, unknown>
    /** What no label can hold: lists, objects, nulls, and names that are not words. */
    fields?: Record<string, unknown>
  }
}
