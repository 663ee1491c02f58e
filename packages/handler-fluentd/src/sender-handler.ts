import {
  ActionLogError,
  type ActionLogRecord,
  type Handler,
  type HandlerStats,
  type OnError,
  onExit,
  toPlain,
} from '@actionlog/core'
import type { FluentSender, SenderCallback } from './option-rules.js'
import { tagger } from './tag.js'

/** A record the sender has not spoken of yet. */
interface Handed {
  settle(outcome: 'delivered' | 'dropped'): void
}

/** Hands records to a sender of `fluent-logger`, and counts what its callbacks say of them. */
export class SenderHandler implements Handler {
  onError: OnError | undefined = undefined
  readonly #sender: FluentSender
  readonly #timeoutMs: number
  readonly #tagOf = tagger('')
  readonly #account = { emitted: 0, delivered: 0, dropped: 0 }
  readonly #handed = new Set<Handed>()
  readonly #forgetExit: () => void
  #waiting: (() => void)[] = []
  #closing: Promise<void> | undefined

  constructor(sender: FluentSender, timeoutMs: number) {
    this.#sender = sender
    this.#timeoutMs = timeoutMs
    this.#forgetExit = onExit(() => this.#giveUp([...this.#handed]))
  }

  emit(record: ActionLogRecord): void {
    this.#account.emitted++
    if (this.#closing) {
      this.#account.dropped++
      return
    }
    const handed: Handed = {
      settle: (outcome) => {
        if (!this.#handed.delete(handed)) return
        this.#account[outcome]++
        for (const check of this.#waiting) check()
      },
    }
    this.#handed.add(handed)
    try {
      this.#send(record, handed)
    } catch (error) {
      this.#failed(handed, error as Error)
    }
  }

  /** Resolves when the sender has spoken of all emitted so far; what it is silent of for too long is dropped. */
  async flush(): Promise<void> {
    const handed = [...this.#handed]
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (handed.some((one) => this.#handed.has(one))) return
        clearTimeout(timer)
        this.#waiting = this.#waiting.filter((other) => other !== check)
        resolve()
      }
      const timer = setTimeout(() => this.#giveUp(handed), this.#timeoutMs)
      this.#waiting.push(check)
      check()
    })
  }

  close(): Promise<void> {
    this.#closing ??= this.flush().then(this.#forgetExit)
    return this.#closing
  }

  stats(): HandlerStats {
    const { emitted, delivered, dropped } = this.#account
    return { emitted, delivered, dropped, pending: this.#handed.size }
  }

  #send(record: ActionLogRecord, handed: Handed): void {
    const { label_name: label, ...rest } = { ...(toPlain(record) as Record<string, unknown>) }
    const tag = this.#tagOf(label)
    const fields = tag.exact ? rest : { label_name: label, ...rest }
    const time = new Date(typeof rest.time === 'string' ? rest.time : Date.now())
    const callback: SenderCallback = (error) => {
      if (error) this.#failed(handed, error)
      else handed.settle('delivered')
    }
    const name = tag.name.slice(1) // the sender has its own prefix
    if (name) this.#sender.emit(name, fields, time, callback)
    else this.#sender.emit(fields, time, callback)
  }

  #failed(handed: Handed, error: Error): void {
    handed.settle('dropped')
    const message = `@actionlog/handler-fluentd: options.sender did not deliver a record: ${error.message}`
    this.onError?.(new ActionLogError('records_dropped', message, { cause: error }))
  }

  #giveUp(handed: readonly Handed[]): void {
    const silent = handed.filter((one) => this.#handed.has(one))
    for (const one of silent) one.settle('dropped')
    if (silent.length === 0) return
    const message = `@actionlog/handler-fluentd: options.sender said nothing of ${silent.length} records: they count as dropped`
    this.onError?.(new ActionLogError('records_dropped', message))
  }
}
