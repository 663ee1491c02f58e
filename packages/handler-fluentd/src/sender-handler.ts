import {
  type ActionLogRecord,
  type Handler,
  type HandlerStats,
  messageOf,
  type OnError,
  onExit,
} from '@actionlog/core'
import { type Event, eventOf } from './message/event.js'
import { tagger } from './message/tag.js'
import type { FluentSender, SenderCallback } from './options.js'
import { Trouble } from './trouble.js'

/** Ends the account of one record; the first call counts. */
type Settle = (outcome: 'delivered' | 'dropped') => void

/** Hands records to a sender of `fluent-logger`, and counts what its callbacks say of them. */
export class SenderHandler implements Handler {
  onError: OnError | undefined = undefined
  readonly #sender: FluentSender
  readonly #timeoutMs: number
  readonly #tagOf = tagger('')
  readonly #trouble = new Trouble(
    (error) => this.onError?.(error),
    () => {},
  )
  readonly #account = { emitted: 0, delivered: 0, dropped: 0 }
  /** Of the records the sender has not spoken of yet. */
  readonly #handed = new Set<Settle>()
  readonly #flushes = new Set<{ readonly awaited: Set<Settle>; readonly end: () => void }>()
  readonly #forgetExit: () => void
  #isExiting = false
  #closing: Promise<void> | undefined

  constructor(sender: FluentSender, timeoutMs: number) {
    this.#sender = sender
    this.#timeoutMs = timeoutMs
    this.#forgetExit = onExit(() => {
      this.#isExiting = true
      this.#giveUp(this.#handed)
    })
  }

  emit(record: ActionLogRecord): void {
    this.#account.emitted++
    if (this.#closing) {
      this.#account.dropped++
      return
    }
    const settle: Settle = (outcome) => {
      if (!this.#handed.delete(settle)) return
      this.#account[outcome]++
      for (const { awaited, end } of this.#flushes) if (awaited.delete(settle) && awaited.size === 0) end()
    }
    this.#handed.add(settle)
    try {
      this.#send(eventOf(record, this.#tagOf), settle)
    } catch (error) {
      this.#failed(settle, error as Error)
    }
    if (this.#isExiting) this.#giveUp(this.#handed)
  }

  /** Resolves when the sender has spoken of all emitted so far; what it is silent of for too long is dropped. */
  async flush(): Promise<void> {
    const awaited = new Set(this.#handed)
    if (awaited.size === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#giveUp(awaited), this.#timeoutMs)
      const flush = {
        awaited,
        end: () => {
          clearTimeout(timer)
          this.#flushes.delete(flush)
          resolve()
        },
      }
      this.#flushes.add(flush)
    })
  }

  close(): Promise<void> {
    this.#closing ??= this.flush().then(() => {
      this.#trouble.tellDrops()
      this.#forgetExit()
    })
    return this.#closing
  }

  stats(): HandlerStats {
    const { emitted, delivered, dropped } = this.#account
    return { emitted, delivered, dropped, pending: this.#handed.size }
  }

  #send({ tag, time, fields }: Event, settle: Settle): void {
    if (fields.label_name === undefined) delete fields.label_name // it would arrive as nil
    const callback: SenderCallback = (error) => {
      if (error) this.#failed(settle, error)
      else settle('delivered')
    }
    const label = tag.slice(1) // the sender has its own prefix
    if (label) this.#sender.emit(label, fields, new Date(time), callback)
    else this.#sender.emit(fields, new Date(time), callback)
  }

  #failed(settle: Settle, error: Error): void {
    if (!this.#handed.has(settle)) return
    settle('dropped')
    this.#trouble.dropped(1, `options.sender: ${messageOf(error)}`)
  }

  #giveUp(silent: ReadonlySet<Settle>): void {
    if (silent.size > 0) this.#trouble.dropped(silent.size, 'options.sender said nothing of them')
    for (const settle of silent) settle('dropped')
    this.#trouble.tellDrops()
  }
}
