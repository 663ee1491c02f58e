import { AssertionError } from 'node:assert'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { actionlog } from '../src/actionlog.js'
import { createActionLog, currentSql, runInRequest } from '../src/index.js'
import { expectQueries, memoryHandler } from '../src/testing/index.js'
import { facts } from './facts.js'

/** As a driver's wrapper would. */
function query(sql: string, name?: string): void {
  const account = currentSql()
  account?.start(sql, undefined, name === undefined ? undefined : account.operation(name)).end()
}

function queries(n: number): void {
  for (let i = 0; i < n; i++) query(`SELECT * FROM t WHERE id = ${i}`)
}

async function failure(run: () => Promise<unknown>): Promise<AssertionError> {
  const error: unknown = await run().catch((thrown) => thrown)
  if (!(error instanceof AssertionError)) throw new Error(`no AssertionError: ${error}`)
  return error
}

describe('expectQueries', () => {
  it("returns the block's result if the number of statements is right", async () => {
    expect(await expectQueries(2, () => (queries(2), 'result'))).toBe('result')
    expect(await expectQueries({ max: 2 }, async () => (queries(1), 7))).toBe(7)
    await expectQueries({ min: 2, max: 4 }, () => queries(3))
    await expectQueries(0, () => {})
  })

  it('throws an assertion error that lists them when there are more', async () => {
    const error = await failure(() =>
      expectQueries({ max: 2 }, () => {
        query('SELECT * FROM author', 'Author.findMany')
        queries(10)
      }),
    )
    expect(error.message).toBe(
      [
        'expected at most 2 SQL statements, 11 ran:',
        '    1 × Author.findMany: SELECT * FROM author',
        '   10 × SELECT * FROM t WHERE id = ?',
      ].join('\n'),
    )
    expect(error).toMatchObject({ actual: 11, expected: { max: 2 } })
  })

  it.each([
    [3, 'expected 3 SQL statements, 0 ran'],
    [{ min: 1 }, 'expected at least 1 SQL statements, 0 ran'],
    [{ min: 1, max: 2 }, 'expected at least 1 and at most 2 SQL statements, 0 ran'],
  ])('says what was expected: %j', async (expected, message) => {
    expect((await failure(() => expectQueries(expected, () => {}))).message).toBe(message)
  })

  it('counts the statements of the requests served meanwhile', async () => {
    const log = createActionLog({ handler: memoryHandler() })
    const server = createServer((_, response) => {
      const request = log.begin('id')
      runInRequest(request, () => queries(3))
      log.end(request, facts)
      response.end()
    }).listen(0)
    const ask = () => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await expectQueries(3, ask)
    expect((await failure(() => expectQueries({ max: 2 }, ask))).message).toContain('3 × SELECT')
    server.close()
    server.closeAllConnections()
    await log.close()
  })

  it('counts for itself alone when several run at the same time, and for those it is called in', async () => {
    const block = async (n: number): Promise<void> => {
      queries(1)
      await sleep(2)
      queries(n)
    }
    await Promise.all([1, 2, 3].map((n) => expectQueries(1 + n, () => block(n))))
    await expectQueries(3, async () => {
      queries(1)
      await expectQueries(2, () => queries(2))
    })
  })

  it.each([
    { maximum: 2 },
    {},
    [2],
    '2',
    null,
    Number.NaN,
    { min: 3, max: 2 },
    { min: '1' },
    { max: Number.NaN },
  ])('refuses to assert nothing: %j', async (expected) => {
    await expect(expectQueries(expected as never, () => queries(3))).rejects.toThrow(
      '@actionlog/core: expectQueries() takes a number, or { min, max }',
    )
  })

  it('leaves no record of its own, and those of the block as they are', async () => {
    const handler = memoryHandler()
    const log = createActionLog({ handler })
    await expectQueries(0, () => actionlog.log({ label_name: 'mine' }))
    expect(handler.records).toEqual([{ time: expect.any(String), label_name: 'mine' }])
    await log.close()
  })

  it("throws the block's own error", async () => {
    await expect(expectQueries(1, () => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
  })
})
