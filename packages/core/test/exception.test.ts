import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describeException } from '../src/record/exception.js'
import { toText } from '../src/record/text.js'
import { cpuGrowth } from './growth.js'

const FORGED = 'x\n    at FORGED (evil.js:1:1)\ncaused by: FORGED\nuser : FORGED'

/** An error whose stack was read before this was done to it. */
function changed(message: string, change: (error: Error) => void): Error {
  const error = new Error(message)
  void error.stack
  change(error)
  return error
}

/** Runs what makes errors of at most so many frames. */
function withFrames<T>(most: number, run: () => T): T {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = most
  try {
    return run()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

function linesOf(thrown: unknown): string[] {
  const record = { time: 'now', label_name: 'footprint' as const, ...describeException(thrown, true) }
  return toText(record).split('\n')
}

describe('the stack of an exception', () => {
  it.each<[string, unknown]>([
    ['a message as it was made', new Error(FORGED)],
    ['a message that is cut', new Error(`${'m'.repeat(8_192)}\n    at FORGED (evil.js:1:1)`)],
    ['a message that was emptied', changed(FORGED, (error) => (error.message = ''))],
    ['a message that was replaced', changed(FORGED, (error) => (error.message = 'safe'))],
    ['a message that was cut in a line', changed(FORGED, (error) => (error.message = 'x\n    at FOR'))],
    ['a message that is no text', changed(FORGED, (error) => Object.assign(error, { message: 5 }))],
    [
      'a message before which something was put',
      changed(FORGED, (error) => (error.message = `no: ${FORGED}`)),
    ],
    ['a name', changed('x', (error) => Object.assign(error, { name: FORGED, stack: `${FORGED}: x` }))],
    ['a name that was changed', changed(FORGED, (error) => (error.name = 'x'))],
    ['a stack that was replaced', changed('x', (error) => (error.stack = FORGED))],
    [
      'a stack that ends with frames',
      changed('y', (error) => (error.stack = `Error: ${FORGED}\n    at f (x.js:1:1)`)),
    ],
    ['what is no error', { message: 'x', stack: FORGED }],
    ['what only looks like one', { message: 'x', stack: 'Error: x\n    at FORGED (evil.js:1:1)' }],
    ['a cause', new Error('outer', { cause: new Error(FORGED) })],
    [
      'a cause whose message was emptied',
      new Error('outer', { cause: changed(FORGED, (error) => (error.message = '')) }),
    ],
    [
      'one of several errors',
      new AggregateError([new Error(FORGED), changed(FORGED, (error) => (error.message = 'x\n'))], FORGED),
    ],
    ['a frame', changed('x', (error) => (error.stack = 'Error: x\n    at f\r    at FORGED (evil.js:1:1)'))],
  ])('lets no text of a client start a line: %s', (_, thrown) => {
    for (const line of linesOf(thrown)) expect(line).not.toMatch(/^\s*(at|caused by:|user :) *FORGED/)
  })

  it.each([
    'at FORGED (evil.js:1:1)',
    'at FORGED',
    'at FORGED (/app/x.js)',
    'at FORGED (/app/x.js:1)',
    'at evil.js:1:1',
    'at FORGED ()',
    'at FORGED (/app/x.js:1:1) and more',
    'at caused by: FORGED',
    'at /:1:1 FORGED',
  ])(
    'lets what V8 would not write start no line, though the message was cut right before it: %s',
    (frame) => {
      const lines = withFrames(100, () =>
        linesOf(changed(`x\n    ${frame}`, (error) => (error.message = 'x'))),
      )
      expect(lines.filter((line) => line.startsWith('    at'))).toEqual([])
    },
  )

  it('has every kind of frame that V8 writes on a line of its own', () => {
    const frames = [
      'f (/app/x.js:1:1)',
      'async f (/app/x (1).js:1:1)',
      'new A (file:///app/x.js:1:1)',
      'A.b [as c] (C:\\app\\x.js:1:1)',
      'async Promise.all (index 0)',
      'Array.map (<anonymous>)',
      'Array.map (native)',
      'async file:///app/x.js:1:1',
      'async Promise.allSettled (index 1)',
      '/app/x.js:1:1',
      'node:internal/process/task_queues:95:5',
      'eval (eval at f (/app/x.js:1:1), <anonymous>:1:1)',
      'f (wasm://wasm/1f2e:wasm-function[3]:0x1f)',
      '<anonymous>',
      '[eval]:1:1',
      'evalmachine.<anonymous>:1:1',
      'Object.<anonymous> (webpack://app/./src/x.ts:1:1)',
      'f (\\\\server\\share\\x.js:1:1)',
    ]
    const stack = `Error: x\n    at ${frames.join('\n    at ')}`
    const lines = withFrames(100, () => linesOf(changed('x', (error) => (error.stack = stack))))
    expect(lines.filter((line) => line.startsWith('    at '))).toEqual(
      frames.map((frame) => `    at ${frame}`),
    )
  })

  it('lets no frames stand before those that V8 writes at most, though the message was cut to its first line', () => {
    const lines = withFrames(2, () =>
      linesOf(changed('x\n    at FORGED (/x.js:1:1)', (error) => (error.message = 'x'))),
    )
    expect(lines.join('\n')).toMatch(/: Error: x\\n {4}at FORGED \(\/x\.js:1:1\)\n {4}at .*\n {4}at .*\n\n$/)
  })

  it('has its frames and causes on lines of their own', () => {
    class HttpError extends Error {
      override name = 'HttpError'
    }
    const system = Object.assign(new TypeError('outer', { cause: new HttpError('multi\nline') }), {
      code: 'E',
    })
    for (const thrown of [
      system,
      changed('', (error) => (error.stack = String(error.stack).replace(/^Error(: )?/, 'Error'))),
      runInNewContext('new Error("other realm")'),
      new DOMException('gone', 'AbortError'),
      changed('x', (error) =>
        Object.assign(error, { code: 'E_X', stack: error.stack?.replace('Error', 'Error [E_X]') }),
      ),
    ]) {
      const { ex_stack = '' } = describeException(thrown, true)
      expect(ex_stack).toMatch(/^\w+( \[E_X\])?(: .*)?(\n {4}at .+)+/)
    }
    expect(describeException(system, true).ex_stack).toMatch(
      /^TypeError: outer(\n {4}at .+)+\ncaused by: HttpError: multi\\nline(\n {4}at .+)+$/,
    )
  })

  it('never throws and is bounded, whatever was thrown', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withMap: true, withTypedArray: true }),
        fc.string(),
        (thrown, message) => {
          const error = Object.assign(new Error(message), { cause: thrown, errors: [thrown, thrown] })
          for (const each of [thrown, error]) {
            const { ex_type, ex_message, ex_stack = '' } = describeException(each, true)
            expect(ex_type.length).toBeLessThan(300)
            expect(ex_message.length).toBeLessThan(12_000)
            expect(ex_stack.length).toBeLessThan(16_450)
          }
        },
      ),
    )
  })

  const circle = (size: number): AggregateError => {
    const error = new AggregateError([], 'm'.repeat(size))
    error.errors.push(error, error, error)
    error.cause = error
    return error
  }
  it.each<[string, (size: number) => unknown]>([
    ['line ends', (n) => Object.assign(new Error('x'), { stack: '\n'.repeat(n) })],
    [
      'line ends after the head',
      (n) => Object.assign(new Error('x'), { stack: `Error: x${'\n    at '.repeat(n / 8)}` }),
    ],
    ['spaces', (n) => Object.assign(new Error('x'), { stack: `Error: x\n${' '.repeat(n)}` })],
    ['a circle of long messages', circle],
    ['a list', (n) => Array.from({ length: n }, (_, i) => i)],
    ['control characters', (n) => new Error('\u0000'.repeat(n))],
  ])('is made in time that grows with what is kept: %s', (_, make) => {
    const small = make(100_000)
    const large = make(400_000)
    expect(cpuGrowth((n) => describeException(n > 100_000 ? large : small, true), 100_000)).toBeLessThan(8)
  })
})
