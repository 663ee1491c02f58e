import { fromShape, toEcs, toOtel } from '@actionlog/core/shapes'
import { handlerContract } from '@actionlog/core/testing'
import { fluentdHandler } from '../src/index.js'
import { ForwardPeer } from './fixtures/forward-peer.js'

let peer: ForwardPeer
beforeAll(async () => {
  peer = await ForwardPeer.start()
})
beforeEach(() => {
  peer.received.length = 0
})
afterAll(() => peer.close())
afterEach(() => expect(peer.errors).toEqual([]))

const record = { time: '2026-11-22T20:00:08.728Z', label_name: 'hoge_save', user: 'alice', foo: 'bar' }

handlerContract('fluentdHandler with a shape', () =>
  fluentdHandler({ host: '127.0.0.1', port: peer.port, shape: toEcs, closeTimeoutMs: 60_000 }),
)

test.each([
  ['toEcs', toEcs],
  ['toOtel', toOtel],
])('sends each record in the shape %s, with the tag and the time that it has without', async (_, shape) => {
  const handler = fluentdHandler({ host: '127.0.0.1', port: peer.port, shape })
  handler.emit(record)
  await handler.close()
  expect(peer.received).toEqual([
    {
      tag: 'koa.actionlog.hoge_save',
      time: BigInt(Date.parse(record.time)) * 1_000_000n,
      record: shape(record),
    },
  ])
  expect(fromShape(peer.received[0]?.record)).toEqual(record)
})

test('hands records in a shape to a sender, too', async () => {
  const sent: unknown[] = []
  const sender = {
    emit: (...args: unknown[]) => {
      sent.push(args.slice(0, -1))
      ;(args.at(-1) as () => void)()
    },
  }
  const handler = fluentdHandler({ sender, shape: toEcs })
  handler.emit(record)
  await handler.close()
  expect(sent).toEqual([['hoge_save', toEcs(record), new Date(record.time)]])
})
