// Where every @opentelemetry/api 1.x keeps what was registered with it, whichever copy of it the app has.
const API = Symbol.for('opentelemetry.js.api.1')
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN')
const VALID = /^(?!0+$)(?:[\da-f]{16}){1,2}$/

interface OpenTelemetry {
  readonly context?: { active(): { getValue(key: symbol): Span | undefined } }
}

interface Span {
  spanContext(): { readonly traceId: string; readonly spanId: string }
}

/** The OpenTelemetry span this code runs in; `undefined` without one, or without OpenTelemetry. */
export function activeSpan(): { traceId: string; spanId: string } | undefined {
  const { context } = (globalThis as { [API]?: OpenTelemetry })[API] ?? {}
  const span = context?.active().getValue(SPAN)?.spanContext()
  if (!span || !VALID.test(span.traceId) || !VALID.test(span.spanId)) return undefined
  return { traceId: span.traceId, spanId: span.spanId }
}
