import fc from 'fast-check'
import { type Batch, RecordQueue } from '../src/handler/record-queue.js'

describe('RecordQueue', () => {
  it('gives the records in order, as many as fit into a batch, at least one', () => {
    const queue = new RecordQueue(1000, () => {})
    for (const text of ['aa', 'bb', 'ccccccccc', 'd']) queue.add(text)
    expect(queue.take(4)).toMatchObject({ text: 'aabb', records: 2 })
    expect(queue.take(4)).toMatchObject({ text: 'ccccccccc', records: 1 })
    expect(queue.isEmpty).toBe(false)
    expect(queue.take(4)).toMatchObject({ text: 'd', records: 1 })
    expect(queue.isEmpty).toBe(true)
    expect(queue.take(4)).toBeUndefined()
    expect(queue.stats()).toEqual({ emitted: 4, delivered: 0, dropped: 0, pending: 4 })
  })

  it('counts bytes, not characters', () => {
    const drops: number[] = []
    const queue = new RecordQueue(8, (records) => drops.push(records))
    queue.add('ääää')
    queue.add('ä')
    expect(drops).toEqual([1])
    expect(queue.take(100)?.text).toBe('ä')
  })

  it('drops the oldest first, never what is in a batch', () => {
    const queue = new RecordQueue(10, () => {})
    queue.add('batch')
    const batch = queue.take(100) as Batch
    for (const text of ['old', 'new', 'last']) queue.add(text)
    expect(queue.take(100)?.text).toBe('last')
    batch.delivered()
    expect(queue.stats()).toEqual({ emitted: 4, delivered: 1, dropped: 2, pending: 1 })
  })

  it('drops a record larger than the bound alone', () => {
    const drops: number[] = []
    const queue = new RecordQueue(10, (records) => drops.push(records))
    queue.add('kept')
    queue.add('much too large')
    expect(drops).toEqual([1])
    expect(queue.take(100)?.text).toBe('kept')
  })

  it('settles a batch once', () => {
    const queue = new RecordQueue(10, () => {})
    queue.add('a')
    const batch = queue.take(1) as Batch
    batch.delivered()
    batch.dropped()
    batch.delivered()
    expect(queue.stats()).toEqual({ emitted: 1, delivered: 1, dropped: 0, pending: 0 })
  })

  it('counts as delivered those that end within so many bytes of a batch, and what is left goes on', async () => {
    const queue = new RecordQueue(12, () => {})
    for (const text of ['ää', 'b', 'cc', 'ddd']) queue.add(text)
    const batch = queue.take(7) as Batch
    let settled = false
    queue.settled().then(() => {
      settled = true
    })
    expect(batch.deliveredWithin(3)).toBe(0)
    expect(batch.deliveredWithin(6)).toBe(5)
    expect(batch.records).toBe(1)
    expect(queue.bytes).toBe(5)
    expect(queue.stats()).toEqual({ emitted: 4, delivered: 2, dropped: 0, pending: 2 })
    queue.add('1234567') // there is room again for that
    expect(batch.deliveredWithin(2)).toBe(2)
    expect(batch.deliveredWithin(100)).toBe(0)
    batch.dropped()
    expect(queue.stats()).toEqual({ emitted: 5, delivered: 3, dropped: 0, pending: 2 })
    queue.take(100)?.dropped()
    await null
    await null
    expect(settled).toBe(true)
  })

  it('settled() waits for all added before it, also while more comes and batches end in any order', async () => {
    const queue = new RecordQueue(1000, () => {})
    const done: string[] = []
    await queue.settled()
    queue.add('a')
    queue.add('b')
    const a = queue.take(1) as Batch
    const b = queue.take(1) as Batch
    queue.settled().then(() => done.push('a and b'))
    queue.add('c')
    queue.settled().then(() => done.push('c'))
    b.delivered()
    await null
    await null
    expect(done).toEqual([])
    a.dropped()
    await null
    await null
    expect(done).toEqual(['a and b'])
    queue.take(1)?.delivered()
    await null
    await null
    expect(done).toEqual(['a and b', 'c'])
  })

  it('settled() ends with what is dropped for lack of room', async () => {
    const queue = new RecordQueue(4, () => {})
    queue.add('aaaa')
    const settled = queue.settled()
    queue.add('bbbb')
    await settled
    expect(queue.stats()).toEqual({ emitted: 2, delivered: 0, dropped: 1, pending: 1 })
  })

  it('keeps its account and its bound through any use', () => {
    const step = fc.oneof(
      fc.record({ add: fc.nat(30) }),
      fc.record({ take: fc.nat(40) }),
      fc.record({ settle: fc.nat(3), ok: fc.boolean() }),
      fc.record({ part: fc.nat(3), bytes: fc.nat(60) }),
      fc.constant('refuse' as const),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        let told = 0
        let refused = 0
        let dropped = 0
        const queue = new RecordQueue(100, (records) => {
          told += records
        })
        const batches: Batch[] = []
        let serial = 0
        let seen = -1
        for (const one of steps) {
          if (one === 'refuse') {
            queue.refuse()
            refused++
          } else if ('add' in one) queue.add(`${serial++};${'x'.repeat(one.add)},`)
          else if ('take' in one) {
            const batch = queue.take(one.take)
            if (batch) {
              batches.push(batch)
              const serials = batch.text
                .split(',')
                .slice(0, -1)
                .map((text) => Number.parseInt(text, 10))
              expect(serials).toHaveLength(batch.records)
              for (const next of serials) {
                expect(next).toBeGreaterThan(seen)
                seen = next
              }
            }
          } else if ('part' in one) batches[one.part]?.deliveredWithin(one.bytes)
          else {
            const [batch] = batches.splice(one.settle, 1)
            if (one.ok) batch?.delivered()
            else {
              batch?.dropped()
              dropped += batch?.records ?? 0
            }
          }
          const stats = queue.stats()
          expect(stats.emitted).toBe(stats.delivered + stats.dropped + stats.pending)
          expect(stats.emitted).toBe(serial + refused)
          expect(stats.dropped).toBe(told + refused + dropped)
        }
        // what is left waits in order and within the bound
        let left = 0
        for (let batch = queue.take(1); batch; batch = queue.take(1)) left += batch.text.length
        expect(left).toBeLessThanOrEqual(100)
      }),
    )
  })

  it('stays in order over many thousands', () => {
    const queue = new RecordQueue(1e9, () => {})
    for (let i = 0; i < 50_000; i++) queue.add(`${i},`)
    let text = ''
    for (let batch = queue.take(65_536); batch; batch = queue.take(65_536)) {
      text += batch.text
      batch.delivered()
    }
    expect(text.split(',').slice(0, -1)).toEqual(Array.from({ length: 50_000 }, (_, i) => String(i)))
    expect(queue.stats()).toEqual({ emitted: 50_000, delivered: 50_000, dropped: 0, pending: 0 })
  })
})
