import { createActionLog } from '@actionlog/core'
import { traceOf } from '../src/trace.js'
import { serve } from './serve.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'
const log = createActionLog({ handlerType: 'null' })

describe('traceparent', () => {
  it.each([
    `00-${TRACE}-${SPAN}-01`,
    `cc-${TRACE}-${SPAN}-00-what-the-future-adds`,
    `01-${TRACE}-${SPAN}-00`,
  ])('reads %s', (header) => {
    expect(traceOf(header, log)).toEqual({ trace_id: TRACE, span_id: SPAN })
  })

  it.each([
    '',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${TRACE}-${SPAN}-0`,
    `00-${TRACE}-${SPAN}`,
    `x00-${TRACE}-${SPAN}-01`,
  ])('ignores "%s"', (header) => {
    expect(traceOf(header, log)).toBeUndefined()
  })

  it('puts trace_id and span_id into the record', async () => {
    const { get } = await serve((app) => app.use((ctx) => void (ctx.body = 'x')))
    const { record } = await get('/', { headers: { traceparent: `00-${TRACE}-${SPAN}-01` } })
    expect(record).toMatchObject({ trace_id: TRACE, span_id: SPAN })
    expect((await get('/')).record).not.toHaveProperty('trace_id')
  })
})
