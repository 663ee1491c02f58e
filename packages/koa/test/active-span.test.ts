import { context, INVALID_SPAN_CONTEXT, propagation, type Span, SpanKind, trace } from '@opentelemetry/api'
import { AlwaysOffSampler, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import type Koa from 'koa'
import { serve } from './serve.js'

const API = Symbol.for('opentelemetry.js.api.1')
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'
const headers = { traceparent: `00-${TRACE}-${SPAN}-01` }
const fromHeader = { trace_id: TRACE, span_id: SPAN }

afterEach(() => {
  for (const api of [trace, context, propagation]) api.disable()
})

/** Runs each request of the app in a span of its own, as OpenTelemetry's HTTP instrumentation does. */
function inServerSpans(app: Koa): Span[] {
  const spans: Span[] = []
  const callback = app.callback.bind(app)
  app.callback = () => {
    const handle = callback()
    return async (req, res) => {
      const parent = propagation.extract(context.active(), req.headers)
      const tracer = trace.getTracer('http')
      await tracer.startActiveSpan('server', { kind: SpanKind.SERVER }, parent, async (span) => {
        spans.push(span)
        await handle(req, res)
        span.end()
      })
    }
  }
  return spans
}

async function traceOf(build: (app: Koa) => void, init?: RequestInit): Promise<object> {
  const { get, problems } = await serve((app) => {
    build(app)
    app.use((ctx) => void (ctx.body = 'x'))
  })
  const { trace_id, span_id } = (await get('/', init)).record
  expect(problems).toEqual([])
  return { trace_id, span_id }
}

const ids = (span: Span | undefined): object => {
  const { traceId, spanId } = span?.spanContext() ?? {}
  return { trace_id: traceId, span_id: spanId }
}

describe('the trace of a request', () => {
  it.each([
    ['recorded', {}],
    ['sampled out', { sampler: new AlwaysOffSampler() }],
  ])("is the active span's, a server span that is %s", async (_, config) => {
    new NodeTracerProvider(config).register()
    let spans: Span[] = []
    const found = await traceOf((app) => {
      spans = inServerSpans(app)
    })
    expect(found).toEqual(ids(spans[0]))
  })

  it("is the server span's, in the trace of the traceparent that came in", async () => {
    new NodeTracerProvider().register()
    let spans: Span[] = []
    const found = await traceOf(
      (app) => {
        spans = inServerSpans(app)
      },
      { headers },
    )
    expect(found).toEqual({ ...ids(spans[0]), trace_id: TRACE })
    expect(found).not.toEqual(fromHeader)
  })

  it('comes from the span that is active on arrival, not from one that a handler starts', async () => {
    new NodeTracerProvider().register()
    let spans: Span[] = []
    const found = await traceOf((app) => {
      spans = inServerSpans(app)
      app.use((_, next) => trace.getTracer('app').startActiveSpan('handler', next))
    })
    expect(found).toEqual(ids(spans[0]))
  })

  it("is the traceparent's without an active span, and without OpenTelemetry", async () => {
    new NodeTracerProvider().register()
    expect(await traceOf(() => {}, { headers })).toEqual(fromHeader)
    Reflect.deleteProperty(globalThis, API)
    expect(await traceOf(() => {}, { headers })).toEqual(fromHeader)
    expect(await traceOf(() => {})).toEqual({})
  })

  it("is the traceparent's when the active span has no valid ids", async () => {
    new NodeTracerProvider().register()
    const invalid = (app: Koa): void => {
      const callback = app.callback.bind(app)
      const span = trace.setSpan(context.active(), trace.wrapSpanContext(INVALID_SPAN_CONTEXT))
      app.callback = () => context.bind(span, callback())
    }
    expect(await traceOf(invalid, { headers })).toEqual(fromHeader)
  })

  it("is the traceparent's, reported, when OpenTelemetry fails", async () => {
    Object.assign(globalThis, { [API]: { context: { active: () => expect.fail('broken') } } })
    try {
      const { get, problems } = await serve((app) => app.use((ctx) => void (ctx.body = 'x')))
      expect((await get('/', { headers })).record).toMatchObject({ ...fromHeader, status_code: 200 })
      expect(problems).toEqual([expect.stringContaining('reading the active span failed')])
    } finally {
      Reflect.deleteProperty(globalThis, API)
    }
  })
})
