import type { Scope } from '../questions/scope.js'
import { QUESTIONS } from './ask-question.js'
import type { DashboardLog } from './log.js'

/** Answers that are kept, in characters of JSON. */
const KEPT_LENGTH = 16e6

/** The answers of one log as JSON. Those over a frozen window never change, so they are kept for the next one who asks. */
export class Answers {
  readonly #log: DashboardLog
  /** The least recently used first. */
  readonly #kept = new Map<string, string>()
  #length = 0

  constructor(log: DashboardLog) {
    this.#log = log
  }

  /**
   * @param name of {@link QUESTIONS}
   * @throws AskError, QuestionError if the options or the scope's values are wrong
   */
  async ask(name: string, scope: Scope, options: unknown, signal: AbortSignal): Promise<string> {
    const key = JSON.stringify([name, scope, options])
    const kept = this.#kept.get(key)
    if (kept !== undefined) {
      this.#forget(key, kept)
      this.#keep(key, kept)
      return kept
    }
    const isFrozen = this.#isFrozen(scope)
    const answer = JSON.stringify(await QUESTIONS[name]?.(this.#log.store, scope, options, signal))
    if (isFrozen && !this.#kept.has(key)) this.#keep(key, answer)
    return answer
  }

  /** Whether all that the scope asks about is in the store already. */
  #isFrozen({ held }: Scope): boolean {
    const now = this.#log.progress()
    if (!held) return false
    return held.requests <= now.requests && held.labelled <= now.labelled && held.rejected <= now.rejected
  }

  #keep(key: string, answer: string): void {
    this.#kept.set(key, answer)
    this.#length += key.length + answer.length
    for (const [oldest, itsAnswer] of this.#kept) {
      if (this.#length <= KEPT_LENGTH) return
      this.#forget(oldest, itsAnswer)
    }
  }

  #forget(key: string, answer: string): void {
    this.#kept.delete(key)
    this.#length -= key.length + answer.length
  }
}
