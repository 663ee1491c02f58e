import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { AgingCache } from '../src/request/fingerprint/aging-cache.js'
import { fingerprint } from '../src/request/fingerprint.js'
import { cpuGrowth } from './growth.js'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** What the heap holds after `run` more than before, in bytes. */
function heldAfter(run: () => void): number {
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  run()
  collectGarbage()
  return process.memoryUsage().heapUsed - before
}

/** How often a value is made while all keys are asked for in turn, three times. */
function missesOf(keys: number, maxChars: number): number {
  const cache = new AgingCache(maxChars)
  let misses = 0
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < keys; i++) cache.getOrMake(`${i}`.padStart(9, '0'), () => (misses++, '1'))
  }
  return misses
}

describe('the cache of fingerprints', () => {
  test('makes each text once, while they fit', () => {
    expect(missesOf(100, 1_000)).toBe(100)
  })

  test('loses few texts if slightly more come than fit', () => {
    expect(missesOf(101, 1_000)).toBeLessThan(110)
    expect(missesOf(110, 1_000)).toBeLessThan(150)
  })

  test('keeps texts that are in use, among any number of others', () => {
    const cache = new AgingCache(1_000)
    let misses = 0
    for (let i = 0; i < 10_000; i++) {
      cache.getOrMake('often', () => (misses++, 'x'))
      cache.getOrMake(`${i}`, () => 'x')
    }
    expect(misses).toBe(1)
  })

  test('keeps neither a long statement, nor the text that a statement was cut from, in memory', () => {
    const held = heldAfter(() => {
      for (let i = 0; i < 100; i++) {
        const long = `SELECT column_${i} FROM t WHERE id IN (${'1, '.repeat(100_000)}1)`
        fingerprint(long, 'sqlite')
        fingerprint(long.slice(0, 40), 'sqlite')
      }
    })
    expect(held).toBeLessThan(5_000_000)
  })

  test('is bounded for any input', () => {
    const held = heldAfter(() => {
      for (let i = 0; i < 8_000; i++)
        fingerprint(`SELECT a FROM t${i} WHERE ${'a = b AND '.repeat(100)} c`, 'oracle')
    })
    expect(held).toBeLessThan(20_000_000)
  })
})

test.each([
  ["'", '"', '`', '[', '[a]', '$a$', '$', "q'", '/*', '/**/', '--\n', '#\n', '\\', '(', ')', '(?,', '(a), '],
  [
    'IN (?), ',
    'a.',
    '"a".',
    'FROM ',
    'SELECT ',
    'SELECT (',
    'public.',
    '1+',
    '1e',
    '::a,',
    '?,',
    ' ',
    'é',
    'a',
    ';',
  ],
])('reading takes time in proportion to the text, whatever it repeats', (...parts) => {
  let run = 0
  const read = (length: number): void => {
    run++
    for (const part of parts) {
      const text = part.repeat(Math.ceil(length / part.length)).slice(0, length)
      for (const dialect of [undefined, 'postgres', 'mysql', 'sqlite', 'sqlserver'] as const)
        for (let i = 0; i < 4; i++) fingerprint(`SELECT a${run}x${i}${text}`, dialect)
    }
  }
  read(2_800)
  expect(cpuGrowth(read, 700)).toBeLessThan(8)
})
