import { resolve } from 'node:path'
import { setImmediate as immediately } from 'node:timers/promises'
import { type HandlerStats, type OnError, onExit, type RecordFormat, RecordQueue } from '@actionlog/core'
import { Outgoing, type Payload } from './batches.js'
import { AppendFile, type Change } from './file/log-file.js'
import { FileTrouble } from './file-trouble.js'
import { LastWrites } from './last-writes.js'
import { Housekeeping, type Keeping } from './rotation/housekeeping.js'
import { Rotation } from './rotation/rotation.js'
import { Patience } from './stall-watch.js'

const RETRY_MS = 100
const FULL_PIPE_MS = 10
const MAX_LOOKS = 10

export interface LogFileOptions extends Keeping {
  readonly logfile: string
  readonly mode: number
  readonly maxBufferBytes: number
  readonly flushIntervalMs: number
  readonly rotateBytes: number
  readonly rotateEvery: 'never' | 'hour' | 'day'
}

/** A file that records are appended to, in order and one write at a time, and the account of them. */
export class LogFile {
  readonly #flushIntervalMs: number
  readonly #queue: RecordQueue
  readonly #trouble: FileTrouble
  readonly #file: AppendFile
  readonly #outgoing: Outgoing
  readonly #housekeeping: Housekeeping
  readonly #lastWrites: LastWrites
  readonly #patience: Patience
  readonly #forgetExit: () => void
  #pumping: Promise<void> | undefined
  #busy = false
  /** In the hands of the thread pool. */
  #underWay: Payload | undefined
  /** What is under way was given up, as it does not come back. */
  #isStalled = false
  /** Ends the wait before the next attempt. */
  #wake: (() => void) | undefined
  #linger: NodeJS.Timeout | undefined
  #deliveredBefore = 0
  #closing: Promise<void> | undefined
  /** No record comes any more. */
  #isEnding = false

  /** @throws ActionLogError `handler_failed` if the file cannot be opened */
  constructor(options: LogFileOptions, toLines: RecordFormat, onError: OnError) {
    const { logfile, mode, maxBufferBytes, rotateBytes, rotateEvery } = options
    this.#flushIntervalMs = options.flushIntervalMs
    this.#trouble = new FileTrouble(resolve(logfile), onError)
    const rotation = new Rotation(rotateBytes, rotateEvery)
    this.#file = new AppendFile(logfile, mode, rotation, this.#trouble)
    this.#queue = new RecordQueue(maxBufferBytes, {
      recordDrops: (records) => this.#outgoing.recordDrops(records),
    })
    this.#outgoing = new Outgoing(this.#queue, this.#file, toLines, this.#trouble, maxBufferBytes)
    this.#housekeeping = new Housekeeping(options, this.#trouble)
    if (rotation.isOn && this.#file.isRegular) this.#housekeeping.tidy(this.#file.realPath)
    this.#lastWrites = new LastWrites(this.#file, this.#outgoing, this.#trouble, (change) =>
      this.#looked(change),
    )
    this.#patience = new Patience(
      () => this.#trouble.isFailing('written'),
      () => this.#giveUp(),
    )
    this.#forgetExit = onExit(() => this.#writeLast())
  }

  /** Takes a record's lines; after `close()` they count as dropped. */
  append(lines: string): void {
    if (this.#closing) return this.#queue.account.countRefused()
    this.#queue.add(lines)
    if (this.#lastWrites.haveBegun) this.#writeLast()
    else if (!this.#busy) this.#schedule()
  }

  /** Looks at once whether the path leads to another file now. */
  reopen(): void {
    if (this.#closing) return
    this.#file.mistrust()
    void this.#pump()
  }

  /** Resolves when all appended so far is written or dropped, also while more comes or the disk stands still. */
  flush(): Promise<void> {
    const settled = this.#patience.until(this.#queue.account.settled())
    void this.#pump()
    return settled
  }

  close(): Promise<void> {
    this.#closing ??= this.#release()
    return this.#closing
  }

  stats(): HandlerStats {
    return this.#queue.account.stats()
  }

  async #release(): Promise<void> {
    this.#file.mistrust()
    await this.flush()
    this.#isEnding = true
    this.#housekeeping.stop()
    const closed = this.#pump().then(() => this.#file.close())
    if (!this.#isStalled) await this.#patience.until(closed)
    this.#trouble.tellDrops()
    this.#forgetExit()
  }

  #schedule(): void {
    if (this.#patience.isAsked || this.#outgoing.isFull) void this.#pump()
    else this.#linger ??= setTimeout(() => this.#pump(), this.#flushIntervalMs).unref()
  }

  #pump(): Promise<void> {
    if (!this.#busy) this.#pumping = this.#run()
    return this.#pumping as Promise<void>
  }

  /** Writes while there is enough of it; never rejects. */
  async #run(): Promise<void> {
    this.#busy = true
    clearTimeout(this.#linger)
    this.#linger = undefined
    try {
      while (await this.#writeNext()) if (!this.#file.isRegular) await immediately() // it has not left this thread
    } finally {
      this.#busy = false
    }
    if (!this.#outgoing.isEmpty) this.#schedule()
  }

  /** @returns whether the next write is due at once */
  async #writeNext(): Promise<boolean> {
    try {
      if (this.#trouble.isFailing('written') && !(await this.#file.hasRoom()))
        throw new Error('no space left')
      for (let looks = 0; looks < MAX_LOOKS && this.#file.isLookDue(this.#outgoing.bytes); looks++) {
        this.#looked(await this.#file.look(this.#outgoing.bytes))
      }
      const payload = this.#outgoing.next(this.#isEnding)
      if (!payload) return false
      const { isRegular } = this.#file
      const bytes = isRegular ? await this.#write(payload) : this.#file.writeSync(payload.bytes)
      this.#isStalled = false
      this.#outgoing.wrote(payload, bytes)
      this.#patience.moved()
      return this.#outgoing.isBegun || this.#patience.isAsked || this.#outgoing.isFull || !isRegular
    } catch (error) {
      if (this.#isEnding && this.#outgoing.isEmpty) return false // only drops were left to tell of
      await this.#failed(error as NodeJS.ErrnoException)
      return true
    }
  }

  async #write(payload: Payload): Promise<number> {
    this.#underWay = payload
    try {
      return await this.#file.write(payload.bytes)
    } finally {
      this.#underWay = undefined
    }
  }

  #looked(change: Change): void {
    const { delivered } = this.stats()
    if (change === 'deleted') this.#trouble.wentWithFile(delivered - this.#deliveredBefore)
    if (change !== 'same') this.#outgoing.startAnew()
    if (change === 'rotated') this.#housekeeping.tidy(this.#file.realPath)
    this.#deliveredBefore = delivered
  }

  /** Waits for a better moment. */
  async #failed(error: NodeJS.ErrnoException): Promise<void> {
    const isFull = error.code === 'EAGAIN' // a FIFO whose reader is slow
    if (!isFull) {
      this.#trouble.failed('written', error)
      this.#file.mistrust()
    }
    await new Promise<void>((wake) => {
      this.#wake = wake
      setTimeout(wake, isFull ? FULL_PIPE_MS : RETRY_MS).unref()
    })
    this.#wake = undefined
  }

  #giveUp(): void {
    this.#isStalled = !this.#wake
    this.#outgoing.giveUpAll()
    this.#trouble.tellDrops()
    this.#wake?.()
  }

  #writeLast(): void {
    const underWay = this.#isStalled ? undefined : this.#underWay
    this.#underWay = undefined
    this.#lastWrites.write(underWay)
  }
}
