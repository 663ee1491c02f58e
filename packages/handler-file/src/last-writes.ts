import type { Outgoing, Payload } from './batches.js'
import type { AppendFile, Change } from './file/log-file.js'
import type { FileTrouble } from './file-trouble.js'
import { sleep } from './sleep.js'

const MAX_STALL_MS = 5_000
const FULL_PIPE_MS = 10

/** Writes what is left while the process exits: nothing but this thread and the thread pool goes on then. */
export class LastWrites {
  readonly #file: AppendFile
  readonly #outgoing: Outgoing
  readonly #trouble: FileTrouble
  readonly #looked: (change: Change) => void
  #until: number | undefined

  constructor(file: AppendFile, outgoing: Outgoing, trouble: FileTrouble, looked: (change: Change) => void) {
    this.#file = file
    this.#outgoing = outgoing
    this.#trouble = trouble
    this.#looked = looked
  }

  get haveBegun(): boolean {
    return this.#until !== undefined
  }

  /** @param underWay what is in the hands of the thread pool */
  write(underWay: Payload | undefined): void {
    if (!this.haveBegun) this.#file.mistrust()
    this.#until ??= performance.now() + MAX_STALL_MS
    if (underWay) this.#await(underWay, this.#until)
    for (let next = this.#outgoing.next(true); next; next = this.#outgoing.next(true)) {
      try {
        const { length } = next.bytes
        if (this.#file.isLookDue(length)) this.#looked(this.#file.lookSync(length))
        this.#outgoing.wrote(next, this.#file.writeSync(next.bytes))
        this.#until = performance.now() + MAX_STALL_MS
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN')
          this.#trouble.failed('written', error as Error)
        else if (performance.now() < this.#until) {
          sleep(FULL_PIPE_MS)
          continue
        }
        this.#outgoing.giveUpAll()
        break
      }
    }
    this.#trouble.tellDrops()
  }

  /** Nobody tells of its end any more, so the file itself is asked. */
  #await(payload: Payload, until: number): void {
    const all = payload.bytes.length
    let arrived = this.#file.arrivedOf(payload.bytes)
    for (; arrived < all && performance.now() < until; arrived = this.#file.arrivedOf(payload.bytes)) sleep(1)
    try {
      this.#outgoing.wrote(payload, arrived)
    } catch (error) {
      this.#trouble.failed('written', error as Error)
      this.#outgoing.giveUp()
    }
  }
}
