import { ActionLogError } from '../src/errors.js'
import { createReporter, tell } from '../src/report.js'

const dropped = (message = 'm'): ActionLogError => new ActionLogError('records_dropped', message)
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
  it('prints the first of each kind, and a minute later how many more there were', () => {
    const report = createReporter()
    for (let i = 0; i < 5; i++) report(dropped(`drop ${i}`))
    report(new ActionLogError('late_set', 'late'))
    expect(printed).toEqual(['drop 0', 'late'])
    vi.advanceTimersByTime(60_000)
    expect(printed.slice(2)).toEqual([
      '@actionlog/core: 4 more of the kind records_dropped in the last minute',
    ])
    report(dropped('again'))
    expect(printed.at(-1)).toBe('again')
  })

  it('prints a line for an error whatever its message holds', () => {
    createReporter()(dropped('a\nb\u001b[2J'))
    expect(printed).toEqual(['a\\nb\\u001b[2J'])
  })

  it('gives every error to onError instead', () => {
    const told: ActionLogError[] = []
    const report = createReporter((error) => told.push(error))
    report(dropped())
    report(dropped())
    expect(told).toHaveLength(2)
    expect(printed).toEqual([])
  })

  it('survives an onError that throws, and says so once a minute', () => {
    const report = createReporter(() => {
      throw new Error('no\nreporter')
    })
    report(dropped())
    report(dropped())
    expect(printed).toEqual(['@actionlog/core: ACTION_LOG_SETTING.onError threw: no\\nreporter'])
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
    createReporter(rejecting)(dropped())
    createReporter(thenable)(dropped())
    vi.useRealTimers()
    await new Promise((resolve) => setTimeout(resolve, 5))
    process.off('unhandledRejection', listen)
    expect(unhandled).toEqual([])
  })
})

describe('tell', () => {
  it.each([
    ['throws', () => assert.fail('no')],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('hands over the error, also to an onError that %s', (_, answer) => {
    const told: ActionLogError[] = []
    const onError = (error: ActionLogError): unknown => told.push(error) && answer()
    const error = dropped()
    tell(onError, error)
    tell(undefined, error)
    expect(told).toEqual([error])
  })
})
