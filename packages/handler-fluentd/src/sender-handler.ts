import {
  Account,
  type ActionLogRecord,
  Failures,
  type Handler,
  type HandlerStats,
  messageOf,
  type OnError,
  onExit,
  type Receipt,
  type RecordShape,
  recordShaper,
} from '@actionlog/core'
import { type Event, type EventMaker, eventMaker } from './message/event.js'

/** The part of a `fluent-logger` sender that is used; `createFluentSender(tag, options)` makes one. */
export interface FluentSender {
  emit(label: string, data: object, time: Date, callback: SenderCallback): unknown
  emit(data: object, time: Date, callback: SenderCallback): unknown
}

/** Called when the sender has sent a record, or has dropped it. */
export type SenderCallback = (error?: Error | null) => void

/** The options of the handler that matter with a sender. */
export interface SenderOptions {
  readonly shape: RecordShape | undefined
  readonly closeTimeoutMs: number
}

const PACKAGE = '@actionlog/handler-fluentd'

/** A record that the sender has not called back for. */
interface Handed {
  readonly number: number
  readonly receipt: Receipt
}

/** Hands records to a sender of `fluent-logger`, and counts them by its callbacks. */
export class SenderHandler implements Handler {
  onError: OnError | undefined = undefined
  readonly closeTimeoutMs: number
  readonly #sender: FluentSender
  readonly #eventOf: EventMaker
  readonly #account = new Account()
  readonly #failures = new Failures(PACKAGE, 'options.sender', () => this.onError)
  /** In the order in which the records were emitted. */
  readonly #handed = new Set<Handed>()
  #emitted = 0
  #forgetExit: () => void = () => {}
  #isExiting = false
  #closing: Promise<void> | undefined

  static open(sender: FluentSender, options: SenderOptions): SenderHandler {
    const handler = new SenderHandler(sender, options)
    handler.#forgetExit = onExit(() => handler.#exit())
    return handler
  }

  private constructor(sender: FluentSender, { shape, closeTimeoutMs }: SenderOptions) {
    this.#sender = sender
    this.#eventOf = eventMaker(
      '',
      recordShaper(shape, PACKAGE, () => this.onError),
    )
    this.closeTimeoutMs = closeTimeoutMs
  }

  emit(record: ActionLogRecord): void {
    if (this.#closing) return this.#account.countRefused()
    const handed: Handed = { number: ++this.#emitted, receipt: this.#account.countEmitted() }
    this.#handed.add(handed)
    try {
      this.#send(this.#eventOf(record), handed)
    } catch (error) {
      this.#drop(handed, messageOf(error))
    }
    if (this.#isExiting) this.#exit()
  }

  /** Resolves when the sender has called back for all records emitted so far. After the timeout the others are dropped. */
  async flush(): Promise<void> {
    if (this.#handed.size === 0) return
    const last = this.#emitted
    const timer = setTimeout(() => this.#dropUntil(last), this.closeTimeoutMs)
    await this.#account.settled()
    clearTimeout(timer)
  }

  close(): Promise<void> {
    this.#closing ??= this.flush().then(() => {
      this.#failures.reportDrops()
      this.#forgetExit()
    })
    return this.#closing
  }

  stats(): HandlerStats {
    return this.#account.stats()
  }

  #send({ stream, time, fields }: Event, handed: Handed): void {
    if (fields.label_name === undefined) delete fields.label_name // it would arrive as nil
    const callback: SenderCallback = (error) => {
      if (error) this.#drop(handed, messageOf(error))
      else if (this.#handed.delete(handed)) this.#account.countDelivered(handed.receipt)
    }
    const label = stream.slice(1) // the sender has its own prefix
    if (label) this.#sender.emit(label, fields, new Date(time), callback)
    else this.#sender.emit(fields, new Date(time), callback)
  }

  #drop(handed: Handed, reason: string): void {
    if (!this.#handed.delete(handed)) return
    this.#account.countDropped(handed.receipt)
    this.#failures.recordDrops(1, reason)
  }

  /** Drops the records that were emitted up to that one. */
  #dropUntil(last: number): void {
    for (const handed of this.#handed) {
      if (handed.number > last) break
      this.#drop(handed, `options.sender called back for none of them within ${this.closeTimeoutMs} ms`)
    }
    this.#failures.reportDrops()
  }

  #exit(): void {
    this.#isExiting = true
    for (const handed of this.#handed)
      this.#drop(handed, 'the process ended before options.sender called back')
    this.#failures.reportDrops()
  }
}
