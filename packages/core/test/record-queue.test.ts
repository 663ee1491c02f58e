import fc from 'fast-check'
import { type Batch, RecordQueue } from '../src/handler/record-queue.js'

const NO_REPORTS = { recordDrops: () => {} }

describe('RecordQueue', () => {
  it('gives the records in order, as many as fit into a batch, at least one', () => {
    const queue = new RecordQueue(1000, NO_REPORTS)
    for (const text of ['aa', 'bb', 'ccccccccc', 'd']) queue.add(text)
    expect(queue.take(4)).toMatchObject({ text: 'aabb', records: 2 })
    expect(queue.take(4)).toMatchObject({ text: 'ccccccccc', records: 1 })
    expect(queue.isEmpty).toBe(false)
    expect(queue.take(4)).toMatchObject({ text: 'd', records: 1 })
    expect(queue.isEmpty).toBe(true)
    expect(queue.take(4)).toBeUndefined()
    expect(queue.account.stats()).toEqual({ emitted: 4, delivered: 0, dropped: 0, pending: 4 })
  })

  it('counts bytes, not characters', () => {
    const drops: number[] = []
    const queue = new RecordQueue(8, { recordDrops: (records) => void (records && drops.push(records)) })
    queue.add('ääää')
    queue.add('ä')
    expect(drops).toEqual([1])
    expect(queue.take(100)?.text).toBe('ä')
  })

  it('counts two bytes for each character of a text that has one beyond Latin-1', () => {
    const drops: number[] = []
    const queue = new RecordQueue(20, { recordDrops: (records) => void (records && drops.push(records)) })
    queue.add('äaaaaaaaa') // 10 bytes in UTF-8, as each of the next
    queue.add('äbbbbbbbb')
    expect(drops).toEqual([])
    queue.add('€cccc') // 7 bytes in UTF-8, 10 in memory
    queue.add('€dddd')
    expect(drops).toEqual([1, 1])
    expect(queue.bytes).toBe(14)
    queue.add('€eeeeeeeeee') // 22 in memory: more than there may be
    expect(drops).toEqual([1, 1, 1])
    expect(queue.take(100)?.text).toBe('€cccc€dddd')
  })

  it('says whether a batch is ASCII', () => {
    const queue = new RecordQueue(1000, NO_REPORTS)
    for (const text of ['a', 'b', 'ä', 'c']) queue.add(text)
    expect(queue.take(2)?.isAscii).toBe(true)
    expect(queue.take(3)).toMatchObject({ text: 'äc', isAscii: false })
    queue.add('known', 5)
    expect(queue.take(9)?.isAscii).toBe(true)
  })

  it('drops the oldest records first, but none that is in a batch', () => {
    const queue = new RecordQueue(10, NO_REPORTS)
    queue.add('batch')
    const batch = queue.take(100) as Batch
    for (const text of ['old', 'new', 'last']) queue.add(text)
    expect(queue.take(100)?.text).toBe('last')
    batch.countDelivered()
    expect(queue.account.stats()).toEqual({ emitted: 4, delivered: 1, dropped: 2, pending: 1 })
  })

  it('drops a record larger than the bound alone', () => {
    const drops: number[] = []
    const queue = new RecordQueue(10, { recordDrops: (records) => void (records && drops.push(records)) })
    queue.add('kept')
    queue.add('much too large')
    expect(drops).toEqual([1])
    expect(queue.take(100)?.text).toBe('kept')
  })

  it('settles a batch once', () => {
    const queue = new RecordQueue(10, NO_REPORTS)
    queue.add('a')
    const batch = queue.take(1) as Batch
    batch.countDelivered()
    batch.countDropped()
    batch.countDelivered()
    expect(queue.account.stats()).toEqual({ emitted: 1, delivered: 1, dropped: 0, pending: 0 })
  })

  it('counts the records within a number of bytes of a batch as delivered, and keeps the rest pending', async () => {
    const queue = new RecordQueue(12, NO_REPORTS)
    for (const text of ['ää', 'b', 'cc', 'ddd']) queue.add(text)
    const batch = queue.take(7) as Batch
    let settled = false
    queue.account.settled().then(() => {
      settled = true
    })
    expect(batch.countDeliveredWithin(3)).toBe(0)
    expect(batch.countDeliveredWithin(6)).toBe(5)
    expect(batch.records).toBe(1)
    expect(queue.bytes).toBe(5)
    expect(queue.account.stats()).toEqual({ emitted: 4, delivered: 2, dropped: 0, pending: 2 })
    queue.add('1234567') // there is room again for that
    expect(batch.countDeliveredWithin(2)).toBe(2)
    expect(batch.countDeliveredWithin(100)).toBe(0)
    batch.countDropped()
    expect(queue.account.stats()).toEqual({ emitted: 5, delivered: 3, dropped: 0, pending: 2 })
    queue.take(100)?.countDropped()
    await null
    await null
    expect(settled).toBe(true)
  })

  it('settled() waits for all added before it, also while more comes and batches end in any order', async () => {
    const queue = new RecordQueue(1000, NO_REPORTS)
    const done: string[] = []
    await queue.account.settled()
    queue.add('a')
    queue.add('b')
    const a = queue.take(1) as Batch
    const b = queue.take(1) as Batch
    queue.account.settled().then(() => done.push('a and b'))
    queue.add('c')
    queue.account.settled().then(() => done.push('c'))
    b.countDelivered()
    await null
    await null
    expect(done).toEqual([])
    a.countDropped()
    await null
    await null
    expect(done).toEqual(['a and b'])
    queue.take(1)?.countDelivered()
    await null
    await null
    expect(done).toEqual(['a and b', 'c'])
  })

  it('settled() resolves when the last record is dropped because the queue is full', async () => {
    const queue = new RecordQueue(4, NO_REPORTS)
    queue.add('aaaa')
    const settled = queue.account.settled()
    queue.add('bbbb')
    await settled
    expect(queue.account.stats()).toEqual({ emitted: 2, delivered: 0, dropped: 1, pending: 1 })
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
        let reported = 0
        let refused = 0
        let dropped = 0
        const queue = new RecordQueue(100, {
          recordDrops: (records) => {
            reported += records
          },
        })
        const batches: Batch[] = []
        let serial = 0
        let seen = -1
        for (const one of steps) {
          if (one === 'refuse') {
            queue.account.countRefused()
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
          } else if ('part' in one) batches[one.part]?.countDeliveredWithin(one.bytes)
          else {
            const [batch] = batches.splice(one.settle, 1)
            if (one.ok) batch?.countDelivered()
            else dropped += batch?.countDropped() ?? 0
          }
          const stats = queue.account.stats()
          expect(stats.emitted).toBe(stats.delivered + stats.dropped + stats.pending)
          expect(stats.emitted).toBe(serial + refused)
          expect(stats.dropped).toBe(reported + refused + dropped)
        }
        // what is left waits in order and within the bound
        let left = 0
        for (let batch = queue.take(1); batch; batch = queue.take(1)) left += batch.text.length
        expect(left).toBeLessThanOrEqual(100)
      }),
    )
  })

  it('stays in order over many thousands', () => {
    const queue = new RecordQueue(1e9, NO_REPORTS)
    for (let i = 0; i < 50_000; i++) queue.add(`${i},`)
    let text = ''
    for (let batch = queue.take(65_536); batch; batch = queue.take(65_536)) {
      text += batch.text
      batch.countDelivered()
    }
    expect(text.split(',').slice(0, -1)).toEqual(Array.from({ length: 50_000 }, (_, i) => String(i)))
    expect(queue.account.stats()).toEqual({ emitted: 50_000, delivered: 50_000, dropped: 0, pending: 0 })
  })
})
