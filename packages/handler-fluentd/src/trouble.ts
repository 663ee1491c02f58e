import { ActionLogError, type ActionLogErrorCode, messageOf, type OnError, tell } from '@actionlog/core'

const TELL_MS = 1_000
const MAX_TOLD = 20

/** What does not reach the servers, told to `onError`: a failure once until it is over, drops once a second. */
export class Trouble {
  readonly #onError: OnError
  readonly #onRecovery: (dropped: number) => void
  #failure: Error | undefined
  /** What was said since then. */
  readonly #told = new Set<string>()
  #why = ''
  #untold = 0
  #dropped = 0
  #telling: NodeJS.Timeout | undefined

  /** @param onRecovery told how many records were dropped, once something is delivered again */
  constructor(onError: OnError, onRecovery: (dropped: number) => void) {
    this.#onError = onError
    this.#onRecovery = onRecovery
  }

  /** Nothing was delivered since something failed. */
  get isOn(): boolean {
    return this.#failure !== undefined
  }

  failed(what: string, error: Error): void {
    this.#failure = error
    const message = `${what}: ${messageOf(error)}`
    if (this.#told.has(message) || this.#told.size === MAX_TOLD) return
    this.#told.add(message)
    this.#tell('handler_failed', message)
  }

  over(): void {
    this.#failure = undefined
    this.#told.clear()
    if (this.#dropped === 0) return
    const dropped = this.#dropped
    this.#dropped = 0
    this.#onRecovery(dropped)
  }

  /** Why nothing is delivered. */
  get reason(): string | undefined {
    return this.#failure && messageOf(this.#failure)
  }

  dropped(records: number, why: string = this.reason ?? 'memory is full'): void {
    this.#why = why
    this.#untold += records
    this.#dropped += records
    this.#telling ??= setTimeout(() => this.tellDrops(), TELL_MS).unref()
  }

  /** Does not wait for more of them. */
  tellDrops(): void {
    clearTimeout(this.#telling)
    this.#telling = undefined
    const records = this.#untold
    this.#untold = 0
    if (records > 0) this.#tell('records_dropped', `${records} records dropped: ${this.#why}`)
  }

  #tell(code: ActionLogErrorCode, what: string): void {
    const cause = this.#failure
    tell(this.#onError, new ActionLogError(code, `@actionlog/handler-fluentd: ${what}`, { cause }))
  }
}
