import { answers } from './matrix/case.js'
import { clients } from './matrix/clients.js'
import { places } from './matrix/context.js'
import { errors } from './matrix/errors.js'
import { observe, outcomeOf } from './matrix/observe.js'
import { returns } from './matrix/returns.js'
import { scenes } from './matrix/scenes.js'
import { stacks } from './matrix/stacks.js'

const titled = <T extends { title: string }>(cases: readonly T[]): [string, T][] =>
  cases.map((each) => [each.title, each])

describe.each(stacks)('$name', (stack) => {
  describe.each(clients)('$name', (client) => {
    const serverOf = ({ serve, serve2 }: ReturnType<typeof observe>): typeof serve2 =>
      client.protocol === 'HTTP/2' ? serve2 : serve

    describe.each([
      ['what was returned', returns],
      ['an error', errors],
    ] as const)('one record: %s', (_, exchanges) => {
      const fitting = exchanges.filter((exchange) => answers(exchange, stack.name, client.protocol))

      it.each(titled(fitting))('%s', async (_, { above, app, request = {}, outcome }) => {
        const { body, ...expected } = outcome
        const stage = observe(stack, above)
        const seen = await client.run(await serverOf(stage)((koa) => app(koa, stage)), request)
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
        expect([stage.failures, stage.problems]).toEqual([[], []])
      })
    })

    describe('actionlog.set() and log() reach their own request', () => {
      it.each(titled(places))('%s', async (_, { app, request = {}, notes }) => {
        const stage = observe(stack)
        const seen = await client.run(await serverOf(stage)((koa) => app(koa, stage)), request)
        await stage.recorded(seen.length)
        const records = await stage.footprints()

        const extra = Object.fromEntries(notes.map((name) => [name, true]))
        expect(records.map((record) => record.extra)).toEqual(seen.map(() => extra))
        for (const { request_id } of records) {
          const own = stage.handler.labelled('note').filter((record) => record.request_id === request_id)
          expect([...new Set(own.map((record) => record.place))]).toEqual(notes)
        }
        expect(stage.problems).toEqual([])
      })
    })
  })

  describe.each(scenes)('one record: %s', (_, played) => {
    it.each(titled(played))('%s', async (_, { play, outcomes }) => {
      const stage = observe(stack)
      await play(stage)
      expect((await stage.footprints()).map(outcomeOf)).toEqual(outcomes)
      expect(stage.problems).toEqual([])
    })
  })
})
