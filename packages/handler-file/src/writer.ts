import { clearTimeout, setTimeout } from 'node:timers'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  ActionLogError,
  callOnError,
  type HandlerStats,
  type OnError,
  onExit,
  type SizedRecord,
} from '@actionlog/core'
import { FullDisk } from './file/disk.js'
import type { Change } from './file/log-file.js'
import type { Parts } from './open-writer.js'
import { sleep } from './sleep.js'
import { StallWatch } from './stall-watch.js'
import { type Operation, StepRunner, type Steps, wait } from './steps.js'

const RETRY_MS = 100
const FULL_PIPE_MS = 10

/** How long writing may wait. */
export interface Timing {
  readonly flushIntervalMs: number
  readonly closeTimeoutMs: number
}

/** Writes the records of a handler to its file, in order and one write at a time. */
export class Writer {
  readonly #timing: Timing
  readonly #parts: Parts
  readonly #onError: () => OnError | undefined
  readonly #disk = new FullDisk()
  readonly #runner = new StepRunner()
  readonly #stallWatch: StallWatch
  #forgetExit = (): void => {}
  #pumping: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  /** Ends the wait before the next attempt. */
  #wake: (() => void) | undefined
  /** A write stalled, and its records were dropped. */
  #isStalled = false
  #deliveredBefore = 0
  #closing: Promise<void> | undefined
  /** Whether no more records can come. */
  #isEnding = false
  /** When writing at exit must end. Set when the process begins to exit. */
  #exitUntil: number | undefined

  constructor(timing: Timing, parts: Parts, onError: () => OnError | undefined) {
    this.#timing = timing
    this.#parts = parts
    this.#onError = onError
    this.#stallWatch = new StallWatch(parts.file)
  }

  /** Starts with the opened file. */
  begin(): void {
    const { batches, file, rotator } = this.#parts
    batches.begin(file.endHalfLine())
    rotator.begin()
    this.#forgetExit = onExit((msLeft?: number) => this.#writeAtExit(msLeft))
  }

  /** Takes a record; after `close()` it counts as dropped. */
  append({ text, bytes }: SizedRecord): void {
    const { queue } = this.#parts
    if (this.#closing) return queue.account.countRefused()
    queue.add(text, bytes)
    if (this.#exitUntil !== undefined) this.#writeAtExit()
    else if (!this.#pumping) this.#schedule()
  }

  /** Opens the file again if the path leads to another one now. */
  reopen(): void {
    if (this.#closing) return
    this.#parts.file.requireLook()
    void this.#pump()
  }

  /** Resolves when all records appended so far are written or dropped, even if more come or the file stalls. */
  async flush(until?: number): Promise<void> {
    const settled = this.#stallWatch.wait(this.#parts.queue.account.settled(), until)
    void this.#pump()
    if (!(await settled)) this.#giveUp()
  }

  close(): Promise<void> {
    this.#closing ??= this.#release()
    return this.#closing
  }

  stats(): HandlerStats {
    return this.#parts.queue.account.stats()
  }

  async #release(): Promise<void> {
    const { file, housekeeping, failures } = this.#parts
    const until = performance.now() + this.#timing.closeTimeoutMs
    file.requireLook()
    await this.flush(until)
    this.#isEnding = true
    const closed = this.#pump()
      .then(() => housekeeping.stop())
      .then(() => file.close())
    if (!this.#isStalled) await this.#stallWatch.wait(closed, until)
    failures.reportDrops()
    this.#forgetExit()
  }

  #schedule(): void {
    if (this.#stallWatch.isAsked || this.#parts.batches.isFull) void this.#pump()
    else this.#timer ??= setTimeout(() => this.#pump(), this.#timing.flushIntervalMs).unref()
  }

  #pump(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#pumping ??= this.#run()
    return this.#pumping
  }

  async #run(): Promise<void> {
    await undefined // so that #pumping is set before anything runs
    await this.#runner.run(this.#writeAll())
    this.#pumping = undefined
    if (!this.#parts.batches.isEmpty) this.#schedule()
  }

  /** Writes as long as enough records wait; never throws. */
  *#writeAll(): Steps<void> {
    for (let isMore = true; isMore; ) {
      try {
        isMore = yield* this.#writeNext()
      } catch (error) {
        if (this.#isEnding && this.#parts.batches.isEmpty) return // only drops were left to report
        isMore = yield* this.#recover(error as NodeJS.ErrnoException)
      }
    }
  }

  /** Whether the process exits. This can become true during each operation. */
  get #isExit(): boolean {
    return this.#exitUntil !== undefined
  }

  /** Does one write. @returns whether the next one is due at once */
  *#writeNext(): Steps<boolean> {
    const { batches, file, rotator } = this.#parts
    if (file.writeFailure?.code === 'ENOSPC' && !(yield* wait(this.#disk.hasRoom(file.path)))) {
      yield* wait(this.#pause(RETRY_MS))
      return true
    }
    yield* batches.cutTorn()
    this.#see(yield* rotator.prepare(batches))
    const payload = batches.next(this.#isEnding || this.#isExit)
    if (!payload) return false
    const written = yield* wait(file.write(payload.bytes))
    this.#isStalled = false
    if (yield* file.isGone()) {
      file.requireLook()
      return true // it is written again, to the next file
    }
    yield* batches.countWritten(payload, written)
    file.endWriteFailure()
    this.#stallWatch.restart()
    if (!file.isRegular) yield* wait(otherWork)
    return batches.isBegun || batches.isFull || this.#stallWatch.isAsked || this.#isExit || !file.isRegular
  }

  #see(change: Change | undefined): void {
    if (change === undefined) return
    const { delivered } = this.stats()
    const records = delivered - this.#deliveredBefore
    this.#deliveredBefore = delivered
    if (change === 'same') return
    this.#parts.batches.begin(false)
    if (change !== 'deleted' || records === 0) return
    const what = `${this.#parts.file.path} was deleted, and up to ${records} records that were written just before may be lost with it`
    callOnError(this.#onError(), new ActionLogError('records_dropped', `@actionlog/handler-file: ${what}`))
  }

  /**
   * Waits before the next attempt. At exit there is only one more, with the file opened again, as its handle may be stale.
   * @returns whether to write again
   */
  *#recover(error: NodeJS.ErrnoException): Steps<boolean> {
    const { file } = this.#parts
    const isPipeFull = error.code === 'EAGAIN' // a FIFO whose reader is slow
    const isFirst = !file.writeFailure && error.code !== undefined
    if (!isPipeFull) file.recordWriteFailure(error)
    if (this.#exitUntil !== undefined) {
      const isOver = this.#stallWatch.isStalled || performance.now() >= this.#exitUntil
      if (isOver || !(isPipeFull || isFirst)) {
        this.#parts.batches.dropAll() // reported when no steps run any more, as onError may emit
        return false
      }
    }
    yield* wait(this.#pause(isPipeFull ? FULL_PIPE_MS : RETRY_MS))
    return true
  }

  #pause(ms: number): Operation<void> {
    return {
      start: async () => {
        await new Promise<void>((wake) => {
          this.#wake = wake
          setTimeout(wake, ms).unref()
        })
        this.#wake = undefined
      },
      now: () => sleep(ms),
      takeOver: () => {},
    }
  }

  #giveUp(): void {
    if (this.#wake) this.#wake()
    else {
      this.#isStalled = true
      this.#runner.abandon()
    }
    this.#dropAll()
  }

  #dropAll(): void {
    this.#parts.batches.dropAll()
    this.#parts.failures.reportDrops()
  }

  /** @param msLeft how long the process leaves it, at most `closeTimeoutMs` */
  #writeAtExit(msLeft: number = Number.POSITIVE_INFINITY): void {
    if (this.#exitUntil === undefined) {
      this.#exitUntil = performance.now() + Math.min(msLeft, this.#timing.closeTimeoutMs)
      this.#parts.file.requireLook()
    }
    this.#stallWatch.restart()
    this.#runner.finish(() => this.#writeAll(), this.#exitUntil)
    this.#parts.failures.reportDrops()
  }
}

/** Lets this thread do other work, because a synchronous write blocks it. */
const otherWork: Operation<void> = { start: () => nextTurn(), now: () => {} }
