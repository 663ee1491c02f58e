import { Account, type Receipt } from './account.js'
import type { Failures } from './failures.js'

/** A class, because V8 moves object literals that live this long to old space, where they cost more to collect. */
class Item {
  /** V8 discards the code it optimized for a class when a collection finds no object of it: here is always one. */
  static readonly kept: Item = new Item('', 0, 0, new Account().countEmitted())
  text: string
  /** The size of the text in UTF-8. */
  readonly bytes: number
  readonly memory: number
  readonly receipt: Receipt

  constructor(text: string, bytes: number, memory: number, receipt: Receipt) {
    this.text = text
    this.bytes = bytes
    this.memory = memory
    this.receipt = receipt
  }
}

/** The memory of the queue and its batches together. */
class Holding {
  readonly account: Account = new Account()
  bytes = 0
  memory = 0

  add(text: string, bytes: number, memory: number): Item {
    this.bytes += bytes
    this.memory += memory
    return new Item(text, bytes, memory, this.account.countEmitted())
  }

  release(item: Item, outcome: 'countDelivered' | 'countDropped'): void {
    this.bytes -= item.bytes
    this.memory -= item.memory
    this.account[outcome](item.receipt)
  }
}

/** Records that were taken from the queue, to be written together. They stay pending until they are counted. */
export class Batch {
  /** V8 discards the code it optimized for a class when a collection finds no object of it: here is always one. @internal */
  static readonly kept: Batch = new Batch('', 0, [], new Holding())
  /** The text of all its records. */
  readonly text: string
  /** Whether every character of the text is one byte, so that it can be written as latin1. */
  readonly isAscii: boolean
  readonly #items: readonly Item[]
  readonly #holding: Holding
  /** How many are delivered or dropped. */
  #settled = 0

  constructor(text: string, bytes: number, items: readonly Item[], holding: Holding) {
    this.text = text
    this.isAscii = bytes === text.length
    this.#items = items
    this.#holding = holding
  }

  /** How many of its records are pending. */
  get records(): number {
    return this.#items.length - this.#settled
  }

  /** Counts all its pending records as delivered. */
  countDelivered(): void {
    while (this.records > 0) this.#settle('countDelivered')
  }

  /**
   * Counts the records that end within the next `bytes` (UTF-8) of the pending ones as delivered.
   * @returns the size of these records
   */
  countDeliveredWithin(bytes: number): number {
    let delivered = 0
    while (this.records > 0) {
      const next = (this.#items[this.#settled] as Item).bytes
      if (delivered + next > bytes) break
      delivered += next
      this.#settle('countDelivered')
    }
    return delivered
  }

  /** Counts all its pending records as dropped. @returns how many there were */
  countDropped(): number {
    const { records } = this
    while (this.records > 0) this.#settle('countDropped')
    return records
  }

  #settle(outcome: 'countDelivered' | 'countDropped'): void {
    this.#holding.release(this.#items[this.#settled++] as Item, outcome)
  }
}

/**
 * The formatted records that a handler still has to deliver, in order. Their memory is bounded: when it is full, the oldest
 * waiting records are dropped and reported. Records in a batch use memory, too, but are not dropped. A record that is
 * larger than the whole bound is dropped itself.
 */
export class RecordQueue {
  readonly #maxBytes: number
  readonly #failures: Pick<Failures, 'recordDrops'>
  readonly #holding = new Holding()
  #items: (Item | undefined)[] = []
  #head = 0

  /**
   * @param maxBytes how much memory the texts may take
   * @param failures reports the drops
   */
  constructor(maxBytes: number, failures: Pick<Failures, 'recordDrops'>) {
    this.#maxBytes = maxBytes
    this.#failures = failures
  }

  /** The account of all records that were added. */
  get account(): Account {
    return this.#holding.account
  }

  /** Whether no record waits to be taken. */
  get isEmpty(): boolean {
    return this.#head === this.#items.length
  }

  /** The size of all records that are pending, those in batches included (UTF-8). */
  get bytes(): number {
    return this.#holding.bytes
  }

  /**
   * Adds a record's text. If the queue is full, drops the oldest waiting records, and reports that.
   * @param bytes the text's size (UTF-8), if you know it
   */
  add(text: string, bytes: number = Buffer.byteLength(text)): void {
    const memory = memoryOf(text, bytes)
    if (memory > this.#maxBytes) {
      this.account.countRefused()
      return this.#failures.recordDrops(1, `it is larger than the whole buffer, ${this.#maxBytes} bytes`)
    }
    this.#items.push(this.#holding.add(text, bytes, memory))
    let dropped = 0
    for (; this.#holding.memory > this.#maxBytes && !this.isEmpty; dropped++)
      this.#holding.release(this.#shift(), 'countDropped')
    this.#failures.recordDrops(dropped)
  }

  /** Takes the next records: at least one, and at most `maxBytes` (UTF-8) together. `undefined` if the queue is empty. */
  take(maxBytes: number): Batch | undefined {
    if (this.isEmpty) return undefined
    const items: Item[] = []
    let bytes = 0
    let text = ''
    for (let next = this.#items[this.#head]; next; next = this.#items[this.#head]) {
      if (bytes + next.bytes > maxBytes && items.length > 0) break
      items.push(this.#shift())
      bytes += next.bytes
      text += next.text
      next.text = '' // the batch has it
    }
    return new Batch(text, bytes, items, this.#holding)
  }

  #shift(): Item {
    const item = this.#items[this.#head] as Item
    this.#items[this.#head++] = undefined // or a dropped record's text would stay in memory
    if (this.#head === this.#items.length || this.#head >= 10_000) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}

/** A string with a character beyond Latin-1 takes two bytes for each of its characters. */
function memoryOf(text: string, bytes: number): number {
  const isWide = bytes > text.length && /[\u0100-\uffff]/.test(text)
  return isWide ? Math.max(bytes, 2 * text.length) : bytes
}
