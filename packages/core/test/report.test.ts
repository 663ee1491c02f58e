import { ActionLogError } from '../src/errors.js'
import { callOnError, createReporter } from '../src/report.js'

// the package takes timers from node:timers, which no test clock replaces
vi.mock('node:timers', () => ({
  setTimeout: (run: () => void, ms: number) => setTimeout(run, ms),
  clearTimeout: (timer: NodeJS.Timeout) => clearTimeout(timer),
}))

const dropped = (message = 'm'): ActionLogError => new ActionLogError('records_dropped', message)
const late = (message: string): ActionLogError => new ActionLogError('late_set', message)
let printed: string[] = []
beforeEach(() => {
  printed = []
  vi.useFakeTimers()
  vi.spyOn(console, 'error').mockImplementation((line: string) => void printed.push(line))
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('createReporter', () => {
  it('prints the first of each kind, and a minute later the last with the number of the others', () => {
    const { report } = createReporter(() => undefined)
    for (let i = 0; i < 5; i++) report(late(`late ${i}`))
    report(dropped())
    report(late('otherwise late'))
    expect(printed).toEqual(['late 0', 'm', 'otherwise late'])
    vi.advanceTimersByTime(60_000)
    expect(printed.slice(3)).toEqual(['late 4 (4 times in the last minute)'])
    vi.advanceTimersByTime(60_000)
    report(late('late 5'))
    expect(printed.slice(4)).toEqual(['late 5'])
  })

  it('treats drops of different counts as different kinds, so that their sum is right', () => {
    const { report } = createReporter(() => undefined)
    for (const count of [7, 7, 36, 7]) report(dropped(`${count} records`))
    vi.advanceTimersByTime(60_000)
    expect(printed).toEqual(['7 records', '36 records', '7 records (2 times in the last minute)'])
  })

  it('reports held-back errors when it is flushed, and none twice', () => {
    const { report, flush } = createReporter(() => undefined)
    for (let i = 0; i < 3; i++) report(late(`late ${i}`))
    flush()
    flush()
    vi.advanceTimersByTime(120_000)
    expect(printed).toEqual(['late 0', 'late 2 (2 times in the last minute)'])
  })

  it('prints a line for an error whatever its message holds', () => {
    createReporter(() => undefined).report(dropped('a\nb\u001b[2J'))
    expect(printed).toEqual(['a\\nb\\u001b[2J'])
  })

  it('survives a console.error() that throws, as in tests that allow none', () => {
    vi.spyOn(console, 'error').mockImplementation(() => expect.fail('console.error was called'))
    const { report, flush } = createReporter(() => undefined)
    for (let i = 0; i < 3; i++) report(late('late'))
    vi.advanceTimersByTime(60_000)
    flush()
    const thrower = createReporter(() => () => expect.fail('onError throws'))
    for (let i = 0; i < 3; i++) thrower.report(late('late'))
    vi.advanceTimersByTime(1_000)
  })

  it('survives whatever a handler of somebody else reports', () => {
    const fail = (): never => expect.fail('read')
    const odd = [
      null,
      undefined,
      5,
      { code: { toString: fail } },
      Object.create(null),
      new Proxy({}, { get: fail }),
    ]
    const { report, flush } = createReporter(() => undefined)
    for (const error of [...odd, ...odd, ...odd]) report(error as ActionLogError)
    flush()
    expect(printed.length).toBeGreaterThanOrEqual(odd.length)
  })

  it('gives errors to onError instead, at most one of a kind a second', () => {
    const reported: string[] = []
    const { report } = createReporter(() => (error) => void reported.push(error.message))
    for (let i = 0; i < 3; i++) report(late(`late ${i}`))
    report(dropped())
    expect(reported).toEqual(['late 0', 'm'])
    vi.advanceTimersByTime(1_000)
    expect(reported.slice(2)).toEqual(['late 2 (2 times in the last second)'])
    expect(printed).toEqual([])
  })

  it('gives as many of a kind to onError as it may, the rest as one', () => {
    const reported: string[] = []
    const { report } = createReporter(() => (error) => void reported.push(error.message), 3)
    for (let i = 0; i < 10; i++) report(late(`late ${i}`))
    expect(reported).toEqual(['late 0', 'late 1', 'late 2'])
    vi.advanceTimersByTime(1_000)
    expect(reported.slice(3)).toEqual(['late 9 (7 times in the last second)'])
  })

  it.each([
    ['at once', (log: () => void) => log()],
    ['later', (log: () => void) => Promise.resolve().then(log)],
  ])('calls an onError that causes an error %s once a second, never inside itself', async (_, run) => {
    let [calls, depth, deepest] = [0, 0, 0]
    const { report } = createReporter(() => () => {
      calls++
      deepest = Math.max(deepest, ++depth)
      run(() => report(dropped()))
      depth--
    })
    report(dropped())
    for (let i = 0; i < 10; i++) await null
    expect(calls).toBe(1)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(calls).toBe(6)
    expect(deepest).toBe(1)
  })

  it.each([undefined, null, 'text', new Error('plain'), {}])('takes %s for an error, too', (odd) => {
    const reported: unknown[] = []
    const { report } = createReporter(() => (error) => void reported.push(error))
    for (let i = 0; i < 3; i++) report(odd as unknown as ActionLogError)
    vi.advanceTimersByTime(1_000)
    expect(reported[0]).toBe(odd)
    expect(reported[1]).toMatchObject({ message: expect.stringMatching(/ \(2 times in the last second\)$/) })
  })

  it('remembers a bounded number of kinds', () => {
    const { report } = createReporter(() => undefined)
    for (let i = 0; i < 1_000; i++) report(dropped('x'.repeat(i)))
    expect(printed).toHaveLength(51)
  })

  it('survives an onError that throws, and says so once a minute', () => {
    const { report } = createReporter(() => () => {
      throw new Error('no\nreporter')
    })
    report(dropped('a'))
    report(dropped('b'))
    expect(printed).toEqual(['@actionlog/core: ACTION_LOG_SETTING.onError failed: no\\nreporter'])
  })

  it('survives an onError that rejects, also with a thenable of its own', async () => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', listen)
    const rejecting = async (): Promise<void> => {
      throw new Error('later')
    }
    const thenable = (): object => ({
      // biome-ignore lint/suspicious/noThenProperty: what some promise libraries give
      then: (_: unknown, reject: (error: Error) => void) => reject(new Error('own')),
    })
    createReporter(() => rejecting).report(dropped())
    createReporter(() => thenable).report(dropped())
    vi.useRealTimers()
    await new Promise((resolve) => setTimeout(resolve, 5))
    process.off('unhandledRejection', listen)
    expect(unhandled).toEqual([])
  })
})

describe('callOnError', () => {
  it.each([
    ['throws', () => assert.fail('no')],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('hands over the error, also to an onError that %s', (_, answer) => {
    const reported: ActionLogError[] = []
    const onError = (error: ActionLogError): unknown => reported.push(error) && answer()
    const error = dropped()
    callOnError(onError, error)
    callOnError(undefined, error)
    expect(reported).toEqual([error])
  })
})
