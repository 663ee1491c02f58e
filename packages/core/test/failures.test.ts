import type { ActionLogError } from '../src/errors.js'
import { Failures } from '../src/handler/failures.js'
import type { OnError } from '../src/report.js'

// the package takes timers from node:timers, which no test clock replaces
vi.mock('node:timers', () => ({
  setTimeout: (run: () => void, ms: number) => setTimeout(run, ms),
  clearTimeout: (timer: NodeJS.Timeout) => clearTimeout(timer),
}))

let reported: ActionLogError[] = []
let onError: OnError | undefined
const takeMessages = (): string[] => reported.splice(0).map(({ message }) => message)
const newFailures = (): Failures => new Failures('sink', '/dev/x', () => onError)

beforeEach(() => {
  vi.useFakeTimers()
  reported = []
  onError = (error) => void reported.push(error)
})
afterEach(() => {
  vi.useRealTimers()
})

describe('failures', () => {
  test('are reported at once, with their cause', () => {
    const cause = new Error('EIO')
    newFailures().recordFailure('cannot write', cause)
    expect(reported).toMatchObject([{ code: 'handler_failed', message: 'sink: cannot write: EIO', cause }])
  })

  test('are reported again only with another error, or after they ended', () => {
    const failures = newFailures()
    const fail = (message: string): void => {
      failures.recordFailure('cannot write', new Error(message))
      vi.advanceTimersByTime(1_000)
    }
    for (const message of ['EIO', 'EIO', 'ENOSPC', 'EIO', 'ENOSPC']) fail(message)
    expect(takeMessages()).toEqual(['sink: cannot write: EIO', 'sink: cannot write: ENOSPC'])
    failures.endFailures()
    fail('EIO')
    expect(takeMessages()).toEqual(['sink: cannot write: EIO'])
  })

  test('are reported once a second if they begin and end all the time', () => {
    const failures = newFailures()
    for (let i = 0; i < 100; i++) {
      failures.recordFailure('cannot connect', new Error('ECONNRESET'))
      failures.endFailures()
      vi.advanceTimersByTime(25)
    }
    expect(takeMessages()).toEqual([
      'sink: cannot connect: ECONNRESET',
      'sink: cannot connect: ECONNRESET (39 times in the last second)',
      'sink: cannot connect: ECONNRESET (40 times in the last second)',
    ])
  })

  test('last until they end, one by one or all', () => {
    const failures = newFailures()
    failures.recordFailure('cannot write', new Error('EIO'))
    failures.recordFailure('cannot rotate', new Error('EACCES'))
    expect(failures.isFailing('cannot write')).toBe(true)
    expect(failures.cause?.message).toBe('EACCES')
    failures.endFailures('cannot rotate')
    expect(failures.cause?.message).toBe('EIO')
    failures.endFailures()
    expect(failures.isFailing()).toBe(false)
    expect(failures.cause).toBeUndefined()
  })

  test('of ever new messages are reported 20 times', () => {
    const failures = newFailures()
    for (let i = 0; i < 100; i++) failures.recordFailure('cannot write', new Error('x'.repeat(i)))
    expect(reported).toHaveLength(20)
  })
})

describe('drops', () => {
  test('are reported as a sum after a second, with the failure as their reason', () => {
    const failures = newFailures()
    failures.recordFailure('cannot write', new Error('EIO'))
    takeMessages()
    for (let i = 0; i < 1_000; i++) failures.recordDrops(36)
    expect(reported).toEqual([])
    vi.advanceTimersByTime(1_000)
    expect(reported).toMatchObject([{ code: 'records_dropped', cause: { message: 'EIO' } }])
    expect(takeMessages()).toEqual(['sink: 36000 records not written to /dev/x: EIO'])
    vi.advanceTimersByTime(10_000)
    expect(reported).toEqual([])
  })

  test('for several reasons are reported each with its own', () => {
    const failures = newFailures()
    failures.recordDrops(1)
    failures.recordDrops(2, 'nobody reads it')
    failures.recordDrops(3)
    failures.recordDrops(0, 'none')
    failures.reportDrops()
    expect(takeMessages()).toEqual([
      'sink: 4 records not written to /dev/x: the sink is too slow',
      'sink: 2 records not written to /dev/x: nobody reads it',
    ])
  })

  test('are reported at most once a second, or at once before an end', () => {
    const failures = newFailures()
    for (let i = 0; i < 10; i++) {
      failures.recordDrops(1)
      vi.advanceTimersByTime(500)
    }
    expect(takeMessages()).toHaveLength(5)
    failures.recordDrops(1)
    failures.reportDrops()
    expect(takeMessages()).toEqual(['sink: 1 record not written to /dev/x: the sink is too slow'])
  })

  test('are remembered until the sink has a record of them', () => {
    const failures = newFailures()
    failures.recordDrops(3)
    failures.reportDrops()
    failures.recordDrops(4)
    expect(failures.unnotedDrops).toBe(7)
    failures.noteDrops(3)
    expect(failures.unnotedDrops).toBe(4)
    failures.noteDrops(5)
    expect(failures.unnotedDrops).toBe(0)
  })
})

describe('onError', () => {
  test('that causes drops and failures itself is not called inside itself, but a second later', () => {
    const failures = newFailures()
    let depth = 0
    let deepest = 0
    onError = (error) => {
      reported.push(error)
      deepest = Math.max(deepest, ++depth)
      failures.endFailures()
      failures.recordFailure('cannot write', new Error('EPIPE'))
      failures.recordDrops(1)
      failures.reportDrops()
      depth--
    }
    failures.recordFailure('cannot write', new Error('EPIPE'))
    expect(takeMessages()).toEqual(['sink: cannot write: EPIPE'])
    vi.advanceTimersByTime(1_000)
    expect(new Set(takeMessages())).toEqual(
      new Set([
        'sink: cannot write: EPIPE',
        'sink: 1 record not written to /dev/x: EPIPE (2 times in the last second)',
      ]),
    )
    expect(deepest).toBe(1)
  })

  test('that throws or rejects does no harm', () => {
    vi.spyOn(console, 'error').mockReturnValue(undefined)
    for (const fails of [() => assert.fail('no'), () => Promise.reject(new Error('no'))]) {
      onError = fails
      newFailures().recordFailure('cannot write', new Error('EIO'))
    }
    vi.restoreAllMocks()
  })

  test('that is absent leaves a line on stderr', () => {
    const printed: unknown[] = []
    vi.spyOn(console, 'error').mockImplementation((line) => void printed.push(line))
    onError = undefined
    newFailures().recordFailure('cannot write', new Error('E\nIO'))
    vi.restoreAllMocks()
    expect(printed).toEqual(['sink: cannot write: E\\nIO'])
  })
})
