import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { cut, escapeControls } from '../src/record/escape.js'
import { toJson, toPlain } from '../src/record/json.js'

// what must not stand raw in a line of a log: controls, line ends, direction overrides, lone surrogates
const UNSAFE = /[\p{Cc}\p{Surrogate}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

/** Parsed back; fails unless the JSON is valid, a single line and free of controls. */
function parsed(value: unknown, maxChars?: number): unknown {
  const json = toJson(value, maxChars)
  expect(json).not.toMatch(UNSAFE)
  if (maxChars !== undefined) expect(json.length).toBeLessThan(maxChars + 3000)
  return JSON.parse(json)
}

const codeUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { size: 'medium' })
  .map((units) => String.fromCharCode(...units))

const anything = fc.anything({
  key: codeUnits,
  values: [
    codeUnits,
    fc.double(),
    fc.bigInt(),
    fc.boolean(),
    fc.constant(undefined),
    fc.constant(Symbol('s')),
  ],
  maxDepth: 6,
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
})

/** An object whose `traps` all throw. */
function hostile(traps: readonly string[], isList: boolean, thrown: unknown): object {
  const boom = (): never => {
    throw thrown
  }
  return new Proxy(isList ? [1, 2] : { a: 1 }, Object.fromEntries(traps.map((trap) => [trap, boom])))
}

describe('toJson', () => {
  it('gives valid, single-line, bounded JSON for anything', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 0, max: 2000 }), (value, maxChars) => {
        parsed(value, maxChars)
      }),
      { numRuns: 500 },
    )
  })

  it('writes an object on its own as inside of another', () => {
    const long = fc.nat(300).map((length) => 'k'.repeat(length))
    const text = fc.oneof(fc.string(), codeUnits, long)
    const flat = fc.oneof(text, fc.double(), fc.constantFrom(0, -0, 7, true, false, null, undefined))
    const fields = fc.oneof(fc.dictionary(text, flat, { noNullPrototype: true }), anything)
    fc.assert(
      fc.property(fields, (value) => {
        expect(`[${toJson(value)}]`).toBe(toJson([value]))
      }),
      { numRuns: 2_000 },
    )
  })

  it('reads a getter that throws for a field of its own', () => {
    const value = Object.defineProperty({ b: 1 }, 'a', {
      enumerable: true,
      get() {
        throw new Error('boom')
      },
    })
    expect(toJson(value)).toBe('{"b":1,"a":"[Throws: boom]"}')
  })

  it('gives valid JSON for proxies whose traps throw, wherever they stand', () => {
    const traps = fc.subarray(['get', 'ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf', 'has'])
    const thrown = fc.oneof(
      anything,
      codeUnits.map((message) => new Error(message)),
    )
    fc.assert(
      fc.property(traps, fc.boolean(), thrown, anything, (names, isList, error, value) => {
        const proxy = hostile(names, isList, error)
        parsed(proxy)
        const record = { first: 1, proxy, list: [proxy], map: new Map([['k', proxy]]), value, last: 2 }
        expect(parsed(record)).toMatchObject({ first: 1, last: 2 })
        parsed(hostile(names, isList, proxy))
      }),
    )
  })

  it('writes plain values as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 10 }), (value) => {
        expect(parsed(value)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('keeps every well-formed text, and replaces lone surrogates', () => {
    fc.assert(
      fc.property(codeUnits, (text) => {
        expect(parsed({ [text]: text })).toEqual({ [text.toWellFormed()]: text.toWellFormed() })
      }),
    )
    expect(toJson('\ud83d\ude00 \ud83d')).toBe('"😀 \ufffd"')
  })

  it('escapes C1 controls, DEL, Unicode line ends and direction overrides, which JSON.stringify leaves', () => {
    expect(toJson('\u0085\u009b\u007f\u2028\u202e')).toBe('"\\u0085\\u009b\\u007f\\u2028\\u202e"')
  })

  it('writes special objects by their meaning', () => {
    expect(
      parsed({
        big: 12345678901234567890n,
        date: new Date(0),
        noDate: new Date(Number.NaN),
        map: new Map<unknown, unknown>([
          ['a', 1],
          [2, 'b'],
        ]),
        keyed: new Map([[{ id: 1 }, 'x']]),
        set: new Set(['a', 1n]),
        regexp: /a\/b/gi,
        buffer: Buffer.from('abc'),
        bytes: new Uint16Array([1]),
        arrayBuffer: new ArrayBuffer(2),
        url: new URL('http://example.org/a'),
        boxed: [Object('text'), Object(1), Object(false), Object(2n)],
        nan: Number.NaN,
        dropped: () => {},
        alsoDropped: undefined,
        list: [undefined, Symbol('s'), () => {}],
        none: null,
        bare: Object.assign(Object.create(null), { a: 1 }),
      }),
    ).toEqual({
      big: '12345678901234567890',
      date: '1970-01-01T00:00:00.000Z',
      noDate: null,
      map: { a: 1, 2: 'b' },
      keyed: [[{ id: 1 }, 'x']],
      set: ['a', '1'],
      regexp: '/a\\/b/gi',
      buffer: 'YWJj',
      bytes: 'AQA=',
      arrayBuffer: 'AAA=',
      url: 'http://example.org/a',
      boxed: ['text', 1, false, '2'],
      nan: null,
      list: [null, null, null],
      none: null,
      bare: { a: 1 },
    })
  })

  it('writes values without a JSON form as null', () => {
    for (const value of [undefined, () => {}, Symbol('s')]) expect(toJson(value)).toBe('null')
  })

  it('writes an error with its name, message, stack, cause, errors and own fields', () => {
    const cause = new TypeError('inner')
    const error = Object.assign(new AggregateError([new RangeError('one')], 'outer', { cause }), {
      code: 'E1',
    })
    expect(parsed(error)).toMatchObject({
      name: 'AggregateError',
      message: 'outer',
      stack: expect.stringContaining('json.test'),
      cause: { name: 'TypeError', message: 'inner' },
      errors: [{ name: 'RangeError', message: 'one' }],
      code: 'E1',
    })
    expect(parsed(new DOMException('gone', 'AbortError'))).toMatchObject({
      name: 'AbortError',
      message: 'gone',
    })
  })

  it('loses only the part of an error that cannot be read', () => {
    const error = Object.defineProperty(new Error('kept'), 'stack', {
      get: () => {
        throw new Error('no stack')
      },
    })
    expect(parsed(error)).toEqual({ name: 'Error', message: 'kept', stack: '[Throws: no stack]' })
  })

  it('knows the objects of another realm', () => {
    const other = runInNewContext(`({
      date: new Date(0), map: new Map([['a', new Set([1])]]), error: new TypeError('far'), regexp: /x/,
      bytes: new Uint8Array([97, 98, 99]), buffer: new Uint8Array([97]).buffer, boxed: new String('s'), list: [1],
    })`)
    expect(parsed(other)).toEqual({
      date: '1970-01-01T00:00:00.000Z',
      map: { a: [1] },
      error: { name: 'TypeError', message: 'far', stack: expect.any(String) },
      regexp: '/x/',
      bytes: 'YWJj',
      buffer: 'YQ==',
      boxed: 's',
      list: [1],
    })
  })

  it('loses only the field whose getter or toJSON throws', () => {
    const value = {
      a: 1,
      get boom(): never {
        throw new Error('no\nway')
      },
      json: {
        toJSON: () => {
          throw null
        },
      },
      b: 2,
    }
    expect(parsed(value)).toEqual({ a: 1, boom: '[Throws: no\nway]', json: '[Throws: null]', b: 2 })
  })

  it('takes toJSON at its word, also when it answers with itself, another toJSON or nothing', () => {
    const own = { a: 1, toJSON: () => own }
    const endless = { toJSON: () => ({ toJSON: endless.toJSON }) }
    expect(
      parsed({ own, none: { toJSON: () => undefined }, chained: { toJSON: () => new Date(0) } }),
    ).toEqual({
      own: { a: 1 },
      chained: '1970-01-01T00:00:00.000Z',
    })
    expect(toJson(endless)).toContain('[Object]')
  })

  it('marks cycles, and writes a value twice that occurs twice without a cycle', () => {
    const shared = { x: 1 }
    const cycle: Record<string, unknown> = { one: shared, two: shared }
    cycle.self = cycle
    cycle.map = new Map<unknown, unknown>([['back', cycle]])
    cycle.error = Object.assign(new Error('e'), { cause: cycle, stack: 's' })
    expect(parsed(cycle)).toEqual({
      one: { x: 1 },
      two: { x: 1 },
      self: '[Circular]',
      map: { back: '[Circular]' },
      error: { name: 'Error', message: 'e', stack: 's', cause: '[Circular]' },
    })
  })

  it('stops at 20 levels, whatever is below them', () => {
    const { proxy, revoke } = Proxy.revocable([], {})
    let deep: unknown = proxy
    revoke()
    for (let i = 0; i < 20; i++) deep = [deep]
    expect(toJson(deep)).toContain('[Throws: ')
    for (let i = 0; i < 100_000; i++) deep = { deep }
    expect(toJson(deep)).toContain('{"deep":"[Object]"}')
  })

  it('bounds objects that never end', () => {
    const endless: object = new Proxy(
      {},
      {
        get: (_, key) => (key === 'toJSON' ? undefined : endless),
        ownKeys: () => Array.from({ length: 50 }, (_, i) => `k${i}`),
        getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
      },
    )
    // each of its members is the same object: a cycle
    expect(parsed(endless, 10_000)).toMatchObject({ k0: '[Circular]' })
    const fresh = (): object =>
      new Proxy(
        {},
        {
          get: (_, key) => (key === 'toJSON' ? undefined : fresh()),
          ownKeys: () => ['a', 'b', 'c'],
          getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
        },
      )
    parsed(fresh(), 10_000)
    class Endless extends Map<string, number> {
      override *[Symbol.iterator](): MapIterator<[string, number]> {
        for (;;) yield ['a', 1]
      }
    }
    expect(parsed(new Endless([['a', 1]]))).toEqual({ a: 1 })
    const list = new Proxy([], { get: (_, key) => (key === 'length' ? 2 ** 40 : 1) })
    expect(toJson(list, 1000)).toMatch(/,"…\[\d+ more items\]"\]$/)
  })

  it('keeps the fields around a huge one, and says how much is missing', () => {
    const huge = 'x'.repeat(5_000_000)
    const record = parsed({ before: 1, huge, bytes: Buffer.alloc(5_000_000), after: 'kept' }) as Record<
      string,
      string
    >
    expect(record).toMatchObject({ before: 1, after: 'kept' })
    expect(record.huge).toMatch(/^x{400000,}…\[\d+ more characters\]$/)
    expect(record.bytes).toMatch(/^A{100000,}…\[\d+ more bytes\]$/)
  })

  it('bounds texts that are all escapes, long keys, many keys and many items', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => i)
    for (const value of [
      '\u0000'.repeat(1_000_000),
      Array.from({ length: 1000 }, () => '\u0085'.repeat(500)),
      { ['\u0000'.repeat(1_000_000)]: 1, b: 2 },
      Object.fromEntries(many.map((i) => [`key${i}`, i])),
      many,
      many.map(() => []),
      new Set(many),
      new Map(many.map((i) => [i, {}])),
    ]) {
      parsed(value, 20_000)
    }
    expect(toJson(many, 1000)).toMatch(/,"…\[99\d{3} more items\]"\]$/)
    expect(toJson({ a: 'x'.repeat(2000), b: 'y'.repeat(60), c: 2, d: 3, e: 4 }, 90)).toMatch(
      /"…":"\[\d more fields\]"\}$/,
    )
  })

  it('stays valid if no item of a Set or Map fits', () => {
    const map = new Map([['a', new Set([1])]])
    for (let room = 0; room < 60; room++) parsed([map, new Set([0]), { set: new Set([0]), map }], room)
  })

  it('keeps a key called __proto__ a key', () => {
    expect(toJson(JSON.parse('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}')
  })
})

describe('toPlain', () => {
  it('gives a copy that no change of the original reaches', () => {
    const original = { list: [1], nested: { a: 1n } }
    const plain = toPlain<unknown>(original)
    original.list.push(2)
    original.nested.a = 2n
    expect(plain).toEqual({ list: [1], nested: { a: '1' } })
  })
})

describe('escapeControls', () => {
  it('leaves nothing that starts a line or reaches a terminal, and everything else as it is', () => {
    fc.assert(
      fc.property(codeUnits, (text) => {
        expect(escapeControls(text)).not.toMatch(UNSAFE)
      }),
    )
    expect(escapeControls('a\r\n\t\u001b[2J\u009b\u2028ü😀"\\')).toBe(
      'a\\r\\n\\t\\u001b[2J\\u009b\\u2028ü😀"\\',
    )
  })
})

describe('cut', () => {
  it('keeps a text that fits, and says how many characters of a longer one are missing', () => {
    expect(cut('abcd', 4)).toBe('abcd')
    expect(cut('abcdef', 4)).toBe('abcd…[2 more characters]')
  })
})
