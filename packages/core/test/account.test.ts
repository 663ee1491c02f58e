import fc from 'fast-check'
import { Account, type Receipt } from '../src/handler/account.js'

/** Whether a promise has resolved by now. */
async function isResolved(promise: Promise<void>): Promise<boolean> {
  return await Promise.race([promise.then(() => true), new Promise<false>((r) => setImmediate(r, false))])
}

test('counts emitted records as pending until they are delivered or dropped', () => {
  const account = new Account()
  const receipt = account.countEmitted(5)
  account.countDelivered(receipt, 2)
  account.countDropped(receipt)
  account.countRefused()
  expect(account.stats()).toEqual({ emitted: 6, delivered: 2, dropped: 2, pending: 2 })
  expect(receipt.pending).toBe(2)
})

test('counts no record twice', () => {
  const account = new Account()
  const receipt = account.countEmitted()
  account.countDelivered(receipt)
  account.countDelivered(receipt)
  account.countDropped(receipt, 3)
  expect(account.stats()).toEqual({ emitted: 1, delivered: 1, dropped: 0, pending: 0 })
})

test('is settled at once when nothing is pending', async () => {
  const account = new Account()
  await account.settled()
  account.countDelivered(account.countEmitted())
  await account.settled()
})

test('is settled once all records emitted before are, in any order, also while more are emitted', async () => {
  const account = new Account()
  const first = account.countEmitted(2)
  const settledFirst = account.settled()
  const second = account.countEmitted()
  const settledSecond = account.settled()
  const third = account.countEmitted()
  account.countDelivered(second)
  account.countDropped(third)
  account.countDelivered(first)
  expect(await isResolved(settledFirst)).toBe(false)
  expect(await isResolved(settledSecond)).toBe(false)
  account.countEmitted()
  account.countDelivered(first)
  expect(await isResolved(settledFirst)).toBe(true)
  expect(await isResolved(settledSecond)).toBe(true)
})

test('does not let a later record stand in for an earlier one', async () => {
  const account = new Account()
  account.countEmitted()
  const settled = account.settled()
  account.countDelivered(account.countEmitted(10), 10)
  expect(await isResolved(settled)).toBe(false)
})

test('gives all callers that wait for the same records one promise', () => {
  const account = new Account()
  account.countEmitted()
  const promises = new Set(Array.from({ length: 10_000 }, () => account.settled()))
  expect(promises.size).toBe(1)
})

test('does not wait for stored records, which stay pending until they leave the store', async () => {
  const account = new Account()
  const receipt = account.countEmitted(3)
  const settled = account.settled()
  account.countDelivered(receipt)
  account.countStored(receipt, 2)
  account.countFound(10)
  expect(await isResolved(settled)).toBe(true)
  expect(account.stats()).toEqual({ emitted: 13, delivered: 1, dropped: 0, pending: 12 })
  expect(account.stored.pending).toBe(12)
  account.countDelivered(account.stored, 11)
  account.countDropped(account.stored, 11)
  expect(account.stats()).toEqual({ emitted: 13, delivered: 12, dropped: 1, pending: 0 })
})

test('adds up through any use, and settles each wait exactly when its records are', async () => {
  const step = fc.record({
    kind: fc.constantFrom('emit', 'deliver', 'drop', 'store', 'refuse', 'wait'),
    at: fc.nat(20),
    records: fc.integer({ min: 1, max: 4 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 100 }), async (steps) => {
      const account = new Account()
      const receipts: Receipt[] = []
      const waits: { before: Receipt[]; isSettled: boolean; isOver: boolean }[] = []
      for (const { kind, at, records } of steps) {
        const receipt = receipts[at % receipts.length]
        if (kind === 'emit') receipts.push(account.countEmitted(records))
        else if (kind === 'refuse') account.countRefused(records)
        else if (kind === 'wait') {
          const wait = {
            before: receipts.filter((receipt) => receipt.pending > 0),
            isSettled: false,
            isOver: false,
          }
          waits.push(wait)
          account.settled().then(() => {
            wait.isOver = true
          })
        } else if (receipt && kind === 'deliver') account.countDelivered(receipt, records)
        else if (receipt && kind === 'drop') account.countDropped(receipt, records)
        else if (receipt) account.countStored(receipt, records)
        const { emitted, delivered, dropped, pending } = account.stats()
        expect(emitted).toBe(delivered + dropped + pending)
        expect(pending).toBeGreaterThanOrEqual(0)
        await null
        for (const wait of waits) {
          wait.isSettled ||= wait.before.every((receipt) => receipt.pending === 0)
          expect(wait.isOver).toBe(wait.isSettled)
        }
      }
    }),
  )
})
