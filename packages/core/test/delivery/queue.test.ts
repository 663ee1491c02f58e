import type { Chunk } from '../../src/delivery/chunk.js'
import { ChunkQueue } from '../../src/delivery/queue.js'
import { Account } from '../../src/handler/account.js'

const limits = { records: 100, bytes: 1_024 }

function newQueue() {
  const account = new Account()
  const queue = new ChunkQueue(limits)
  const append = (text: string): void =>
    queue.append('stream', account.countEmitted(), [Buffer.from(text)], text.length)
  const take = (): Chunk => {
    queue.closeChunks()
    return queue.take(1)[0] as Chunk
  }
  const deliver = (chunk: Chunk): void => {
    chunk.remove(chunk.rest())
    queue.recycle(chunk)
  }
  return { queue, append, take, deliver }
}

const textOf = (chunk: Chunk): string => Buffer.from(chunk.next().entries).toString()

describe('ChunkQueue: the memory of a delivered chunk', () => {
  test('is used by the next chunk only, and changes no other', () => {
    const { append, take, deliver } = newQueue()
    append('first')
    const first = take()
    append('second')
    const second = take()
    const memory = first.next().entries.buffer
    deliver(first)
    append('third')
    const third = take()
    append('fourth')
    expect(third.next().entries.buffer).toBe(memory)
    expect([textOf(second), textOf(third), textOf(take())]).toEqual(['second', 'third', 'fourth'])
  })

  test('is given back if it is that of a large record, so that small ones have all the room', () => {
    const { queue, append, take, deliver } = newQueue()
    append('a'.repeat(10_000))
    deliver(take())
    expect(queue.bytes).toBe(0)
    append('b')
    expect(queue.bytes).toBeLessThan(2_000)
  })

  test('is used once, although the chunk is recycled twice', () => {
    const { append, take, deliver } = newQueue()
    append('first')
    const first = take()
    deliver(first)
    append('second')
    const second = take()
    deliver(first)
    append('third')
    expect([textOf(second), textOf(take())]).toEqual(['second', 'third'])
  })
})
