import fc from 'fast-check'
import { SqlAccount } from '../src/request/sql-account.js'

let now = 0
beforeEach(() => {
  now = 1000
  vi.spyOn(performance, 'now').mockImplementation(() => now)
})
afterEach(() => vi.restoreAllMocks())

/** Runs what happens at each moment, in the order of time. */
function play(events: readonly (readonly [at: number, event: () => void])[]): void {
  for (const [at, event] of [...events].sort(([a], [b]) => a - b)) {
    now = 1000 + at
    event()
  }
}

describe('SqlAccount', () => {
  it('counts statements, failed ones too, and their time', () => {
    const sql = new SqlAccount()
    const first = sql.start('SELECT 1')
    now += 10
    first.end()
    now += 5
    const second = sql.start('SELECT b')
    now += 20
    second.end(true)
    expect(sql.close(now)).toEqual({
      count: 2,
      time: 30,
      errors: 1,
      source: undefined,
      slowest: { text: 'SELECT b', time: 20 },
      repeated: undefined,
    })
  })

  it('counts a statement whose text is none, as the event of a driver may have it', () => {
    const sql = new SqlAccount()
    const texts = [
      undefined,
      null,
      5,
      Symbol('s'),
      Object.create(null),
      ['SELECT', 1],
      Buffer.from('SELECT 1'),
    ]
    for (const text of texts) sql.start(text as unknown as string).end()
    expect(sql.close(now)).toMatchObject({ count: 7, repeated: { text: 'unknown', count: 7 } })
  })

  it('is empty for a request without SQL', () => {
    expect(new SqlAccount().close(now)).toEqual({
      count: 0,
      time: 0,
      errors: 0,
      source: undefined,
      slowest: undefined,
      repeated: undefined,
    })
  })

  it('is the union of the intervals, as counted millisecond by millisecond', () => {
    const interval = fc.record({
      start: fc.nat(60),
      length: fc.nat(30),
      control: fc.boolean(),
      failed: fc.boolean(),
      late: fc.boolean(),
    })
    fc.assert(
      fc.property(
        fc.array(interval, { maxLength: 12 }),
        fc.integer({ min: 60, max: 90 }),
        (intervals, end) => {
          const sql = new SqlAccount()
          play(
            intervals.flatMap(({ start, length, control, failed, late }) => {
              let statement: { end(failed?: boolean): void }
              const stop = late ? end + 1 : Math.min(start + length, end)
              return [
                [
                  start,
                  () => {
                    statement = control ? sql.startControl() : sql.start(`S${start}`)
                  },
                ],
                // a statement that takes no time ends after it started
                [
                  stop + 0.5,
                  () => {
                    if (stop < end) statement.end(failed)
                  },
                ],
              ] as const
            }),
          )
          const summary = sql.close(1000 + end)
          let busy = 0
          for (let half = 0; half < 2 * end; half++) {
            const middle = half / 2 + 0.25
            if (
              intervals.some(({ start, length, late }) => {
                const stop = late || start + length >= end ? end : start + length + 0.5
                return start < middle && middle < stop
              })
            )
              busy += 0.5
          }
          const statements = intervals.filter(({ control }) => !control)
          expect(summary.time).toBeCloseTo(busy, 6)
          expect(summary.count).toBe(statements.length)
          expect(summary.errors).toBe(
            statements.filter(({ start, length, failed, late }) => failed && !late && start + length < end)
              .length,
          )
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('counts the time of transaction control and of waiting for a connection, but no statement', () => {
    const sql = new SqlAccount()
    const begin = sql.startControl()
    now += 7
    begin.end(true)
    expect(sql.close(now)).toMatchObject({ count: 0, time: 7, errors: 0, slowest: undefined })
  })

  it('counts statements in flight at the close up to then, also as the slowest', () => {
    const sql = new SqlAccount()
    sql.start('SELECT quick').end()
    const hanging = sql.start('SELECT pg_sleep(99)')
    now += 40
    const summary = sql.close(now)
    expect(summary).toMatchObject({
      count: 2,
      time: 40,
      errors: 0,
      slowest: { text: 'SELECT pg_sleep(?)', time: 40 },
    })
    now += 1000
    hanging.end(true)
    expect(sql.close(now)).toEqual(summary)
  })

  it('ignores what starts after close', () => {
    const sql = new SqlAccount()
    sql.close(now)
    const late = sql.start('SELECT late')
    const lateControl = sql.startControl()
    sql.estimateFrom('event')
    now += 5
    late.end()
    lateControl.end()
    expect(sql.close(now)).toMatchObject({ count: 0, time: 0, source: undefined })
  })

  it('counts a statement once, however often it ends', () => {
    const sql = new SqlAccount()
    const statement = sql.start('SELECT a')
    now += 3
    statement.end()
    now += 3
    statement.end(true)
    expect(sql.close(now)).toMatchObject({ count: 1, time: 3, errors: 0 })
  })

  it('finds the most repeated statement, whatever its values', () => {
    const sql = new SqlAccount()
    for (let i = 0; i < 7; i++) sql.start(`SELECT a FROM t WHERE id = ${i}`).end()
    for (let i = 0; i < 3; i++) sql.start('SELECT b').end()
    expect(sql.close(now).repeated).toEqual({ text: 'SELECT a FROM t WHERE id = ?', count: 7 })
  })

  it('says how its count was estimated', () => {
    const sql = new SqlAccount()
    sql.estimateFrom('operation')
    expect(sql.close(now).source).toBe('operation')
  })

  it('names a repeated statement after its operation, where each time can be one', () => {
    const sql = new SqlAccount()
    for (let i = 0; i < 3; i++) {
      const operation = sql.operation('User.findMany')
      sql.start('SELECT a', undefined, operation).end()
      sql.start('SELECT b', undefined, operation).end()
    }
    expect(sql.summary(now).repeated).toEqual({ text: 'User.findMany', count: 3 })
    expect(sql.summary(now).slowest?.text).toBe('User.findMany')
    sql.start('SELECT b', undefined, sql.operation('User.findMany')).end()
    sql.start('SELECT b', undefined, sql.operation('Post.findMany')).end()
    expect(sql.close(now).repeated).toEqual({ text: 'SELECT b', count: 5 })
  })

  it('names it by its SQL when one operation repeats it within itself', () => {
    const sql = new SqlAccount()
    const operation = sql.operation('User.create')
    for (let i = 0; i < 3; i++) sql.start('INSERT a', undefined, operation).end()
    expect(sql.close(now).repeated).toEqual({ text: 'INSERT a', count: 3 })
  })
})
