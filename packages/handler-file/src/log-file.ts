import { close, write, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Batch, type HandlerStats, type OnError, onExit, RecordQueue } from '@actionlog/core'
import { FileTrouble } from './file-trouble.js'
import { openLogfile } from './open-logfile.js'

const BATCH_BYTES = 65_536
const FULL_BYTES = 16_384
const RETRY_MS = 100
const MAX_FAILURES = 20

/** A batch, and those of its bytes that the file has not got yet. */
interface Begun {
  readonly batch: Batch
  rest: Uint8Array
}

/** A file that records are appended to, in order and one write at a time, and the account of them. */
export class LogFile {
  readonly #fd: number
  readonly #flushIntervalMs: number
  readonly #queue: RecordQueue
  readonly #trouble: FileTrouble
  readonly #forgetExit: () => void
  /** Waits for its next write; a batch that is being written stands nowhere. */
  #begun: Begun | undefined
  /** The file's last line is not whole: the rest of it is begun, or was dropped. */
  #midLine = false
  #busy = false
  #exiting = false
  #failures = 0
  #linger: NodeJS.Timeout | undefined
  #retry: NodeJS.Timeout | undefined
  #flushes = 0
  #closing: Promise<void> | undefined

  /** @throws ActionLogError `handler_failed` if the file cannot be opened */
  constructor(logfile: string, maxBufferBytes: number, flushIntervalMs: number, onError: OnError) {
    this.#fd = openLogfile(logfile)
    this.#flushIntervalMs = flushIntervalMs
    this.#trouble = new FileTrouble(resolve(logfile), onError)
    this.#queue = new RecordQueue(maxBufferBytes, (records) => this.#trouble.dropped(records))
    this.#forgetExit = onExit(() => this.#writeOut())
  }

  /** Takes a record's lines; after `close()` they count as dropped. */
  append(lines: string): void {
    if (this.#closing) return this.#queue.refuse()
    this.#queue.add(lines)
    if (this.#exiting) return this.#writeOut()
    if (this.#busy) return
    if (this.#flushes > 0 || this.#queue.bytes >= FULL_BYTES) return this.#writeNext()
    this.#linger ??= setTimeout(() => this.#writeNext(), this.#flushIntervalMs).unref()
  }

  /** Resolves when all appended so far is written or dropped, also while more comes or the disk is full. */
  async flush(): Promise<void> {
    this.#flushes++
    this.#retry?.ref()
    if (!this.#busy) this.#writeNext()
    await this.#queue.settled()
    this.#flushes--
  }

  close(): Promise<void> {
    this.#closing ??= this.#release()
    return this.#closing
  }

  stats(): HandlerStats {
    return this.#queue.stats()
  }

  async #release(): Promise<void> {
    await this.flush()
    this.#trouble.tellDrops()
    this.#forgetExit()
    const error = await new Promise<Error | null | undefined>((closed) => close(this.#fd, closed))
    if (error) this.#trouble.failed(error)
  }

  #writeNext(): void {
    clearTimeout(this.#linger)
    this.#linger = undefined
    const begun = this.#take()
    this.#busy = begun !== undefined
    if (!begun) return
    write(this.#fd, begun.rest, (error, bytes) => {
      if (error) return this.#failed(begun, error)
      this.#advance(begun, bytes)
      this.#writeNext()
    })
  }

  /** The last chance, at exit. Node itself completes a write that is under way. */
  #writeOut(): void {
    this.#exiting = true
    for (let begun = this.#take(); begun; begun = this.#take()) {
      try {
        this.#advance(begun, writeSync(this.#fd, begun.rest))
      } catch (error) {
        this.#begun = begun
        this.#trouble.failed(error as Error)
        this.#dropAll()
      }
    }
    this.#trouble.tellDrops()
  }

  #take(): Begun | undefined {
    const begun = this.#begun
    this.#begun = undefined
    if (begun) return begun
    const batch = this.#queue.take(BATCH_BYTES)
    return batch && { batch, rest: Buffer.from(this.#midLine ? `\n${batch.text}` : batch.text) }
  }

  #advance(begun: Begun, bytes: number): void {
    this.#trouble.over()
    this.#failures = 0
    begun.rest = begun.rest.subarray(bytes)
    this.#midLine = begun.rest.length > 0
    if (this.#midLine) this.#begun = begun
    else begun.batch.delivered()
  }

  #failed(begun: Begun, error: Error): void {
    this.#begun = begun
    this.#failures++
    this.#trouble.failed(error)
    if (this.#flushes > 0 && this.#failures >= MAX_FAILURES) {
      this.#dropAll()
      return this.#writeNext()
    }
    this.#retry = setTimeout(() => this.#writeNext(), RETRY_MS)
    if (this.#flushes === 0) this.#retry.unref()
  }

  #dropAll(): void {
    for (let begun = this.#take(); begun; begun = this.#take()) {
      begun.batch.dropped()
      this.#trouble.dropped(begun.batch.records)
    }
    this.#trouble.tellDrops()
  }
}
