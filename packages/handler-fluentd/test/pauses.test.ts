import { ForwardPeer } from './fixtures/forward-peer.js'
import { range } from './fixtures/received.js'
import { Subject } from './fixtures/subject.js'

const LABELS = 1_000

/** CPU time of sending so many records, each with a label of its own, and of handling their acknowledgements. */
async function cpuOf(subject: Subject, labels: number): Promise<number> {
  const start = process.cpuUsage()
  for (const id of range(labels)) subject.handler.emit({ time: 0, label_name: `label-${id}`, id })
  await subject.handler.flush()
  const { user, system } = process.cpuUsage(start)
  return user + system
}

async function medianOf(subject: Subject, labels: number): Promise<number> {
  const times: number[] = []
  for (const _ of range(5)) times.push(await cpuOf(subject, labels))
  return times.sort((a, b) => a - b)[2] as number
}

describe('fluentdHandler: the CPU time of records with different labels', () => {
  test('grows no faster than their number, acknowledgements included', async () => {
    const peer = await ForwardPeer.start({ onMessage: (message) => void message.ack() })
    const subject = new Subject({ port: peer.port })
    await cpuOf(subject, LABELS) // or its compilation would count
    const one = await medianOf(subject, LABELS)
    expect((await medianOf(subject, 4 * LABELS)) / one).toBeLessThan(8)
    await peer.close()
  })
})
