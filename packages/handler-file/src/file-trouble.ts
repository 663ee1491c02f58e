import { ActionLogError, type ActionLogErrorCode, messageOf, type OnError, tell } from '@actionlog/core'

const TELL_MS = 1_000

/** What cannot be done with a file. */
export type Undone = 'written' | 'opened' | 'rotated' | 'tidied up'

/** What a file does not take, told to `onError`: each failure once until it is over, drops once a second. */
export class FileTrouble {
  readonly #path: string
  readonly #onError: OnError
  readonly #failures = new Map<Undone, Error>()
  #dropped = 0
  #telling: NodeJS.Timeout | undefined

  constructor(path: string, onError: OnError) {
    this.#path = path
    this.#onError = onError
  }

  /** Why records are dropped. */
  get reason(): string {
    const failure = this.#failures.get('written')
    return failure ? messageOf(failure) : 'it takes them too slowly'
  }

  isFailing(what: Undone): boolean {
    return this.#failures.has(what)
  }

  failed(what: Undone, error: Error): void {
    const isNew = !this.#failures.has(what)
    this.#failures.set(what, error)
    if (isNew) this.#tell('handler_failed', `${this.#path} cannot be ${what}: ${messageOf(error)}`, error)
  }

  over(what: Undone): void {
    if (!this.#failures.has(what)) return
    if (what === 'written') this.tellDrops()
    this.#failures.delete(what)
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
    if (records === 0) return
    const what = `${records} records not written to ${this.#path}: ${this.reason}`
    this.#tell('records_dropped', what, this.#failures.get('written'))
  }

  /** The file was deleted while records were written to it: the last ones are gone with it. */
  wentWithFile(records: number): void {
    const what = `${this.#path} was deleted, and with it up to ${records} records of the moment before`
    if (records > 0) this.#tell('records_dropped', what)
  }

  #tell(code: ActionLogErrorCode, what: string, cause?: Error): void {
    tell(this.#onError, new ActionLogError(code, `@actionlog/handler-file: ${what}`, { cause }))
  }
}
