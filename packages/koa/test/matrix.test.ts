import { createActionLog, type Footprint, recordFormat } from '@actionlog/core'
import { memoryHandler } from '@actionlog/core/testing'
import { actionLogMiddleware } from '@actionlog/koa'
import type Koa from 'koa'
import { answers, type Outcome, type Scene } from './matrix/case.js'
import { clientLeaves, http2Leaves, serverEnds, unusual } from './matrix/client-leaves.js'
import { clients } from './matrix/clients.js'
import { brokenAnswers, errors } from './matrix/errors.js'
import { returns } from './matrix/returns.js'
import { type Stack, stacks } from './matrix/stacks.js'
import { type OpenStage, openStage } from './matrix/stage.js'

const ends: (() => unknown)[] = []

afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

interface Observed extends OpenStage {
  /** The footprints, once every connection is closed. */
  footprints(): Promise<Footprint[]>
}

function observe(stack: Stack, above?: (app: Koa) => unknown): Observed {
  const handler = memoryHandler()
  const problems: string[] = []
  const log = createActionLog({ handler, onError: (error) => problems.push(error.message) })
  const logger = { middleware: actionLogMiddleware(log), count: () => handler.footprints.length }
  const stage = openStage(stack, logger, above)
  ends.push(
    () => stage.close(),
    () => log.close(),
  )
  const footprints = async (): Promise<Footprint[]> => {
    await stage.close()
    expect(problems).toEqual([])
    handler.footprints.forEach(isSound)
    return handler.footprints
  }
  return { ...stage, footprints }
}

function outcomeOf({ status_code, aborted, ex_type, ex_message }: Footprint): Outcome {
  return JSON.parse(JSON.stringify({ status_code, aborted, ex_type, ex_message }))
}

function isSound(record: Footprint): void {
  const { status_code, ex_type, ex_stack, sql_time, node_time, total_time } = record
  expect(sql_time + node_time).toBeCloseTo(total_time, 3)
  if (!ex_type || status_code < 500) expect(ex_stack).toBeUndefined()
  expect(recordFormat('json')(record)).toMatch(/^\P{Cc}*\n$/u)
  expect(recordFormat('text')(record)).toMatch(/^(\P{Cc}|\n)*$/u)
}

const titled = <T extends { title: string }>(cases: readonly T[]): [string, T][] =>
  cases.map((each) => [each.title, each])

describe.each(stacks)('$name', (stack) => {
  describe.each([
    ['one record, of what was returned', returns],
    ['one record, with the error', errors],
  ] as const)('%s', (_, exchanges) => {
    describe.each(clients)('$name', (client) => {
      const fitting = exchanges.filter((exchange) => answers(exchange, stack.name, client.protocol))

      it.each(titled(fitting))('%s', async (_, { above, app, request = {}, outcome }) => {
        const { body, ...expected } = outcome
        const stage = observe(stack, above)
        const serve = client.protocol === 'HTTP/2' ? stage.serve2 : stage.serve
        const seen = await client.run(await serve((koa) => app(koa, stage)), request)
        await stage.recorded(seen.length)
        const records = await stage.footprints()

        const all = <T>(value: T): T[] => seen.map(() => value)
        expect(seen.map(({ status, cut }) => ({ status, cut }))).toEqual(
          all({ status: outcome.status_code, cut: false }),
        )
        if (body !== undefined) expect(seen.map((answer) => answer.body)).toEqual(all(body))
        expect(records.map(outcomeOf)).toEqual(all(expected))
        expect(records.map((record) => record.request_id).sort()).toEqual(
          seen.map((answer) => answer.requestId).sort(),
        )
        expect(stage.failures).toEqual([])
      })
    })
  })

  describe.each<[string, readonly Scene[]]>([
    ['one record, when an error leaves no answer', brokenAnswers],
    ['one record, when the client leaves', clientLeaves],
    ['one record, when the client leaves', http2Leaves],
    ["one record, when the server's side ends it", serverEnds],
    ['what is no usual request', unusual],
  ])('%s', (_, scenes) => {
    it.each(titled(scenes))('%s', async (_, { play, outcomes }) => {
      const stage = observe(stack)
      await play(stage)
      const records = (await stage.footprints()).toSorted((a, b) => (a.url < b.url ? -1 : 1))
      expect(records.map(outcomeOf)).toEqual(outcomes)
    })
  })
})
