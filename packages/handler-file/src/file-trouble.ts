import { ActionLogError, type ActionLogErrorCode, messageOf, type OnError } from '@actionlog/core'

const TELL_MS = 1_000

/** What a file does not take, told to `onError`: a failure once until it is over, drops once a second. */
export class FileTrouble {
  readonly #path: string
  readonly #onError: OnError
  #failure: Error | undefined
  #dropped = 0
  #telling: NodeJS.Timeout | undefined

  constructor(path: string, onError: OnError) {
    this.#path = path
    this.#onError = onError
  }

  failed(error: Error): void {
    const isNew = this.#failure === undefined
    this.#failure = error
    if (isNew) this.#tell('handler_failed', `${this.#path} fails`)
  }

  over(): void {
    if (!this.#failure) return
    this.tellDrops()
    this.#failure = undefined
  }

  dropped(records: number): void {
    this.#dropped += records
    this.#telling ??= setTimeout(() => this.tellDrops(), TELL_MS).unref()
  }

  /** Does not wait for more of them. */
  tellDrops(): void {
    clearTimeout(this.#telling)
    this.#telling = undefined
    const records = this.#dropped
    this.#dropped = 0
    if (records > 0) this.#tell('records_dropped', `${records} records not written to ${this.#path}`)
  }

  #tell(code: ActionLogErrorCode, what: string): void {
    const why = this.#failure ? messageOf(this.#failure) : 'it takes them too slowly'
    this.#onError(
      new ActionLogError(code, `@actionlog/handler-file: ${what}: ${why}`, { cause: this.#failure }),
    )
  }
}
