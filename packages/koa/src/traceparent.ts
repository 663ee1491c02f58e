// https://www.w3.org/TR/trace-context/#traceparent-header: version ff and ids of zeros only are invalid;
// versions to come may append fields
const TRACEPARENT = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-[\da-f]{2}(-.*)?$/

/** The trace a request belongs to, from its `traceparent` header; `undefined` without a valid one. */
export function traceparent(header: unknown): { traceId: string; spanId: string } | undefined {
  if (typeof header !== 'string') return undefined
  const [, version, traceId, spanId, more] = TRACEPARENT.exec(header) ?? []
  return traceId && spanId && (version !== '00' || !more) ? { traceId, spanId } : undefined
}
