import { messageOf } from '../src/errors.js'
import { textOf } from '../src/text-of.js'

const fail = (): never => expect.fail('called')
const revoked = Proxy.revocable({}, {})
revoked.revoke()

describe('textOf', () => {
  test('gives primitives, and objects that have a text of their own', () => {
    expect([1, 'a', true, null, undefined, 10n, Symbol('s')].map(textOf)).toEqual([
      '1',
      'a',
      'true',
      'null',
      'undefined',
      '10',
      'Symbol(s)',
    ])
    expect(textOf(new URL('http://a.test/'))).toBe('http://a.test/')
    expect(textOf(new Date(Number.NaN))).toBe('Invalid Date')
    expect(textOf({ toString: () => 'own' })).toBe('own')
  })

  test('gives none for objects that have none, or of which it cannot be read', () => {
    const without = [
      {},
      new Map(),
      [1],
      [[Symbol('s')]],
      new Uint16Array(2),
      Object.create(null),
      { toString: 0 },
    ]
    const long = [Array(1e7), new Uint16Array(1e7)]
    const unreadable = [{ toString: fail }, { toString: () => ({}) }, revoked.proxy]
    expect([...without, ...long, ...unreadable].map(textOf)).toEqual(Array(12).fill(undefined))
  })
})

describe('messageOf', () => {
  test.each<[string, unknown, string]>([
    ['an object without a prototype', Object.assign(Object.create(null), { code: 5 }), '{"code":5}'],
    ['an object whose toString is no function', { toString: 0, code: 5 }, '{"toString":0,"code":5}'],
    ['an object whose text cannot be read', { [Symbol.toPrimitive]: fail, code: 5 }, '{"code":5}'],
    ['a Map', new Map([['a', 1]]), '{"a":1}'],
    ['an array', ['a', 1], '["a",1]'],
    [
      'an error whose message is an object',
      Object.assign(new Error(), { message: [1], stack: 0 }),
      '{"name":"Error","message":[1],"stack":0}',
    ],
    ['a number of many digits', 10n ** 5_000n, '[BigInt]'],
  ])('gives a text for %s', (_, thrown, message) => {
    expect(messageOf(thrown)).toBe(message)
  })

  test('is bounded, and never throws', () => {
    expect(messageOf(new Error('x'.repeat(1e6)))).toBe(`${'x'.repeat(8_192)}…[991808 more characters]`)
    const unreadable = Object.defineProperty(new Error('x'), 'message', { get: fail })
    for (const thrown of [unreadable, revoked.proxy, new Proxy({}, { get: fail, getPrototypeOf: fail })])
      expect(messageOf(thrown)).toBe('an error whose message cannot be read')
  })
})
