import { writeSync } from 'node:fs'
import { ActionLogError, messageOf } from '../errors.js'
import { onExit } from '../on-exit.js'
import type { ActionLogRecord } from '../record/record.js'
import { type OnError, tell } from '../report.js'
import { oneOf } from '../settings/options.js'
import { type RecordFormat, recordFormat } from './format.js'
import { defineHandler, type Handler, type HandlerFactory, type HandlerStats } from './handler.js'
import { type Batch, RecordQueue } from './record-queue.js'

/** The options of `handlerType: 'stdout'`. */
export interface StdoutHandlerOptions {
  /** `'text'`: for people, coloured on a terminal; `'json'`: a line a record. @default 'text' */
  format?: 'text' | 'json' | undefined
}

const MAX_BUFFERED_BYTES = 64 * 1_048_576
const BATCH_BYTES = 65_536
const RETRY_MS = 20
const LAST_WAIT_MS = 2_000

/**
 * Writes records to the process's standard output, at once and in order with `console.log`. While the reader
 * is slow up to 64 MiB wait in memory, then the oldest are dropped. What waits is still written when the
 * process exits or the handler closes; if the reader takes nothing for 2 s then, the rest is dropped and
 * reported.
 */
export const stdoutHandler: HandlerFactory<StdoutHandlerOptions> = defineHandler<StdoutHandlerOptions>(
  '@actionlog/core',
  { format: oneOf(['text', 'json'], 'text') },
  ({ format }) => new StdoutHandler(recordFormat(format, usesColor())),
)

function usesColor(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR && process.stdout.hasColors()
}

class StdoutHandler implements Handler {
  onError: OnError | undefined
  readonly #format: RecordFormat
  readonly #queue: RecordQueue
  readonly #forgetExit: () => void
  #writing: { batch: Batch; rest: Uint8Array } | undefined
  #retry: NodeJS.Timeout | undefined
  #flushes = 0
  #movedAt = 0
  #closed = false
  #exiting = false

  constructor(format: RecordFormat) {
    this.#format = format
    this.#queue = new RecordQueue(MAX_BUFFERED_BYTES, (records) =>
      this.#dropped(records, 'its reader is too slow'),
    )
    this.#forgetExit = onExit(() => this.#writeOut())
  }

  emit(record: ActionLogRecord): void {
    if (this.#closed) return this.#queue.refuse()
    this.#queue.add(this.#format(record))
    if (this.#exiting) this.#writeOut()
    else this.#pump()
  }

  async flush(): Promise<void> {
    this.#flushes++
    this.#retry?.ref()
    this.#pump()
    await this.#queue.settled()
    this.#flushes--
  }

  async close(): Promise<void> {
    if (!this.#closed) this.#movedAt = performance.now()
    this.#closed = true
    await this.flush()
    this.#forgetExit()
  }

  stats(): HandlerStats {
    return this.#queue.stats()
  }

  #pump(): void {
    if (this.#retry) return
    // console.log's own backlog goes first
    while (process.stdout.writableLength === 0) {
      if (!this.#next()) return
      if (!this.#write()) break
    }
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      if (this.#closed && this.#isStuck()) this.#abandon()
      else this.#pump()
    }, RETRY_MS)
    if (this.#flushes === 0) this.#retry.unref()
  }

  /** The last chance, at exit: waits for the reader, without the event loop. */
  #writeOut(): void {
    const clock = new Int32Array(new SharedArrayBuffer(4))
    this.#exiting = true
    this.#movedAt = performance.now()
    while (this.#next()) {
      if (this.#write()) continue
      if (this.#isStuck()) return this.#abandon()
      Atomics.wait(clock, 0, 0, RETRY_MS)
    }
  }

  #next(): boolean {
    const batch = this.#writing ? undefined : this.#queue.take(BATCH_BYTES)
    if (batch) this.#writing = { batch, rest: Buffer.from(batch.text) }
    return this.#writing !== undefined
  }

  /** Writes of the current batch what the pipe takes; true when it is through. */
  #write(): boolean {
    const writing = this.#writing as { batch: Batch; rest: Uint8Array }
    try {
      while (writing.rest.length > 0) {
        writing.rest = writing.rest.subarray(writeStdout(writing.rest))
        this.#movedAt = performance.now()
      }
      writing.batch.delivered()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false
      writing.batch.dropped()
      this.#dropped(writing.batch.records, messageOf(error))
    }
    this.#writing = undefined
    return true
  }

  #isStuck(): boolean {
    return performance.now() - this.#movedAt > LAST_WAIT_MS
  }

  #abandon(): void {
    let records = 0
    while (this.#next()) {
      const { batch } = this.#writing as { batch: Batch }
      batch.dropped()
      records += batch.records
      this.#writing = undefined
    }
    this.#dropped(records, 'nobody reads it')
  }

  #dropped(records: number, why: string): void {
    tell(
      this.onError,
      new ActionLogError(
        'records_dropped',
        `@actionlog/core: ${records} records not written to stdout: ${why}`,
      ),
    )
  }
}

/** Bytes written. Straight to the descriptor: a stream would keep its backlog to itself, and lose it at exit. */
function writeStdout(bytes: Uint8Array): number {
  const replaced = Object.hasOwn(process.stdout, 'write')
  if (typeof process.stdout.fd === 'number' && !replaced) return writeSync(process.stdout.fd, bytes)
  process.stdout.write(bytes) // a worker thread, or somebody who wants to see all output
  return bytes.length
}
