import type { ActionLog } from '@actionlog/core'
import { reportThrown } from './guard.js'

/** Where a request belongs in a trace, under the record's own names. */
export interface Trace {
  readonly trace_id: string
  readonly span_id: string
}

interface Span {
  spanContext(): { readonly traceId: string; readonly spanId: string }
}

interface OpenTelemetry {
  readonly context?: { active(): { getValue(key: symbol): Span | undefined } }
}

// Where every @opentelemetry/api 1.x keeps what was registered with it, whichever copy of it the app has.
const API = Symbol.for('opentelemetry.js.api.1')
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN')
const VALID = /^(?!0+$)(?:[\da-f]{16}){1,2}$/

// https://www.w3.org/TR/trace-context/#traceparent-header: version ff and ids of zeros only are invalid;
// versions to come may append fields
const TRACEPARENT = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-[\da-f]{2}(-.*)?$/

/** The active OpenTelemetry span, else what a valid `traceparent` header says. */
export function traceOf(traceparent: unknown, log: ActionLog): Trace | undefined {
  let trace: Trace | undefined
  try {
    trace = activeSpan()
  } catch (error) {
    reportThrown(log, 'reading the active span', error)
  }
  return trace ?? (typeof traceparent === 'string' ? parse(traceparent) : undefined)
}

function activeSpan(): Trace | undefined {
  const api = (globalThis as { [API]?: OpenTelemetry })[API]
  const span = api?.context?.active().getValue(SPAN)?.spanContext()
  if (!span || !VALID.test(span.traceId) || !VALID.test(span.spanId)) return undefined
  return { trace_id: span.traceId, span_id: span.spanId }
}

function parse(traceparent: string): Trace | undefined {
  const [, version, trace_id, span_id, more] = TRACEPARENT.exec(traceparent) ?? []
  return trace_id && span_id && (version !== '00' || !more) ? { trace_id, span_id } : undefined
}
