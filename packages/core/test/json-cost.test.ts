import { toJson } from '../src/record/json.js'
import { cpuGrowth } from './growth.js'

const numbers = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
const ROOM = 20_000

describe('the cost of toJson', () => {
  it.each<[string, (size: number) => unknown]>([
    ['a Map', (n) => ({ map: new Map(numbers(n).map((i) => [i, i])) })],
    ['a Map of names', (n) => ({ map: new Map(numbers(n).map((i) => [`k${i}`, i])) })],
    ['a Map with objects for keys', (n) => ({ map: new Map(numbers(n).map((i) => [{ i }, i])) })],
    ['a Set', (n) => ({ set: new Set(numbers(n)) })],
    ['a list', (n) => ({ list: numbers(n) })],
    ['a text', (n) => ({ text: Buffer.alloc(n * 10, 'x').toString() })],
    ['a text of control characters', (n) => ({ text: Buffer.alloc(n * 10, 0).toString() })],
    ['bytes', (n) => ({ bytes: new Float64Array(n) })],
    ['a BigInt', (n) => ({ big: 1n << BigInt(n * 10) })],
    ['many references to one Map', (n) => Array(300).fill(new Map(numbers(n).map((i) => [i, undefined])))],
    ['a Proxy', (n) => new Proxy(numbers(n), {})],
    ['many long texts', (n) => Object.fromEntries(numbers(20).map((i) => [`k${i}`, 'x'.repeat(n)]))],
    ['an error', (n) => ({ error: Object.assign(new Error('x'.repeat(n)), { errors: numbers(n) }) })],
  ])('does not grow with what is left out: %s', (_, make) => {
    const small = make(100_000)
    const large = make(400_000)
    toJson(large, ROOM) // V8 makes one text of pieces, once
    expect(cpuGrowth((n) => toJson(n > 100_000 ? large : small, ROOM), 100_000)).toBeLessThan(4)
  })
})
