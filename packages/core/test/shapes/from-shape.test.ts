import fc from 'fast-check'
import { type ActionLogRecord, toJson, toPlain } from '../../src/index.js'
import { fromShape, toEcs, toOtel } from '../../src/shapes/index.js'
import { actionRecords, anyFields, footprint, footprints, full, labelled } from './records.js'

const shapes = [
  ['toEcs', toEcs],
  ['toOtel', toOtel],
] as const

describe.each(shapes)('fromShape() after %s()', (_, shape) => {
  test('gives back the footprint, with its fields in their order', () => {
    const back = fromShape(shape(full))
    expect(back).toEqual(full)
    expect(Object.keys(back ?? {})).toEqual(Object.keys(full))
  })

  test('gives back any footprint', () => {
    fc.assert(
      fc.property(footprints, (record) => {
        expect(fromShape(shape(record))).toEqual(record)
      }),
    )
  })

  test('gives back any labelled record', () => {
    fc.assert(
      fc.property(actionRecords, (record) => {
        expect(fromShape(shape(record))).toEqual(toPlain(record))
      }),
    )
  })

  test('gives back the record from a line of JSON', () => {
    fc.assert(
      fc.property(fc.oneof(footprints, actionRecords), (record) => {
        expect(fromShape(JSON.parse(toJson(shape(record))))).toEqual(toPlain(record))
      }),
    )
  })

  test('gives back any other record, of whatever names and values', () => {
    fc.assert(
      fc.property(anyFields, fc.boolean(), (fields, isFootprint) => {
        const record: ActionLogRecord = { time: 0, ...(isFootprint && full), ...fields }
        const leftOut = record.label_name === 'footprint' && { user: null, remote_ip: '', user_agent: null }
        const expected = toPlain({ ...leftOut, ...record })
        expect(toPlain(fromShape(shape(record)))).toEqual(expected)
      }),
    )
  })

  test('gives back times that are no thousandths of a millisecond', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), (total_time) => {
        expect(fromShape(shape(footprint({ total_time })))).toEqual(footprint({ total_time }))
      }),
    )
  })

  test('changes nothing in the record', () => {
    const before = structuredClone(full)
    shape(full)
    expect(full).toEqual(before)
  })

  test('takes no notice of what a sink or a shipper added', () => {
    const more = { ...shape(full), host: { name: 'a' }, agent: 1, tag: 'koa.actionlog.footprint', _id: 'x' }
    expect(fromShape(more)).toEqual(full)
  })

  test('breaks at no record, and writes it as JSON would', () => {
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    const values = [
      1n,
      new Map([[{}, 1]]),
      new Error('x'),
      Buffer.from([0]),
      cycle,
      Symbol('s'),
      () => {},
      Number.NaN,
    ]
    for (const value of values) {
      const record = labelled({ value })
      expect(fromShape(shape(record))).toEqual(toPlain(record))
    }
    let reads = 0
    const once = {
      ...labelled(),
      get value() {
        return reads++ === 0 ? 'first' : expect.fail('read twice')
      },
    }
    expect(fromShape(shape(once))).toEqual({ ...labelled(), value: 'first' })
    const throwing = Object.defineProperty(labelled(), 'boom', {
      enumerable: true,
      get: () => {
        throw new Error('no')
      },
    })
    expect(fromShape(shape(throwing))).toEqual({ ...labelled(), boom: '[Throws: no]' })
    const proxy = new Proxy({}, { ownKeys: () => expect.fail('no keys for you') })
    for (const odd of [proxy, null, undefined, [], 'x', 7]) expect(() => shape(odd as never)).not.toThrow()
  })

  test('shortens names of any length as JSON does, and lets no name reach a prototype', () => {
    const record = labelled({
      ['k'.repeat(1_000_000)]: 1,
      ...JSON.parse('{ "__proto__": { "polluted": 1 } }'),
    })
    const flat = { ...labelled(), ['k'.repeat(1_000_000)]: 1 }
    expect(fromShape(shape(flat))).toEqual(toPlain(flat))
    const back = fromShape(shape(record))
    expect(back).toEqual(toPlain(record))
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('fromShape()', () => {
  test('knows no other object', () => {
    const others = [
      full,
      labelled(),
      {},
      null,
      [],
      'x',
      { event: null },
      { event: { dataset: 'nginx.access' } },
    ]
    const otel = [{ eventName: 'browser.click', attributes: {} }, { eventName: 'actionlog.footprint' }]
    for (const other of [...others, ...otel]) expect(fromShape(other)).toBeUndefined()
  })

  test('gives back nothing, and throws nothing, of an object that cannot be read', () => {
    const fail = (): never => expect.fail('read')
    const unreadable = [
      new Proxy({}, { get: fail, getOwnPropertyDescriptor: fail }),
      Object.defineProperty({}, 'event', { get: fail }),
      Object.defineProperty({ eventName: 'actionlog' }, 'attributes', { get: fail }),
    ]
    for (const value of unreadable) expect(fromShape(value)).toBeUndefined()
  })

  test('breaks at nothing that JSON can hold', () => {
    const ecs = fc.tuple(anyFields, anyFields, anyFields).map(([document, event, actionlog]) => ({
      ...document,
      event: { ...event, dataset: 'actionlog.footprint' },
      actionlog,
    }))
    const otel = fc
      .tuple(anyFields, anyFields)
      .map(([shaped, attributes]) => ({ ...shaped, eventName: 'actionlog.footprint', attributes }))
    fc.assert(
      fc.property(fc.oneof(ecs, otel), (shaped) => {
        expect(fromShape(shaped)).toBeTypeOf('object')
      }),
    )
  })

  test('breaks at no object that throws', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const get = (): never => expect.fail('no members for you')
    for (const odd of [
      proxy,
      new Proxy({}, { get }),
      {
        event: { dataset: 'actionlog.action' },
        get http() {
          return get()
        },
      },
    ])
      expect(fromShape(odd)).toBeUndefined()
  })
})
