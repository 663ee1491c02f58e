import { performance } from 'node:perf_hooks'
import { clearTimeout, setTimeout } from 'node:timers'
import { onExit } from '../on-exit.js'
import type { ActionLogRecord } from '../record/record.js'
import type { OnError } from '../report.js'
import { integer, oneOf } from '../settings/rule.js'
import { Failures } from './failures.js'
import { type SizedRecordFormat, sizedRecordFormat } from './format.js'
import { defineHandler, type Handler, type HandlerFactory, type HandlerStats } from './handler.js'
import { type Batch, RecordQueue } from './record-queue.js'
import { jsonShapeRule, type RecordShape, recordShaper } from './shape.js'
import { StdoutDescriptor } from './stdout-descriptor.js'

/** The options of `handlerType: 'stdout'`. */
export interface StdoutHandlerOptions {
  /** `'text'`: for people, in colour on a terminal; `'json'`: one line per record. @default 'text' */
  format?: 'text' | 'json' | undefined
  /**
   * Writes each record under other names: `toEcs` or `toOtel` of `@actionlog/core/shapes`, or a function of yours that
   * returns an object. Needs `format: 'json'`. If it throws, the record keeps its own names. @default none
   */
  shape?: RecordShape | undefined
  /** Milliseconds that `close()`, and the end of the process, wait for a slow reader; then the rest is dropped. @default 5000 */
  closeTimeoutMs?: number | undefined
}

const MAX_BUFFER_BYTES = 64 * 1_048_576
const RETRY_MS = 20

/**
 * Writes records to the process's standard output, at once and in order with `console.log`. Where several processes write
 * to one pipe, records up to 4 KiB stay whole. If the reader is slow, up to 64 MiB of records wait in memory; beyond that
 * the oldest are dropped. Waiting records are written when the handler closes or the process ends.
 */
export const stdoutHandler: HandlerFactory<StdoutHandlerOptions> = defineHandler<StdoutHandlerOptions>(
  '@actionlog/core',
  {
    format: oneOf(['text', 'json'], 'text'),
    shape: jsonShapeRule,
    closeTimeoutMs: integer(0, 600_000, 5_000),
  },
  ({ format, shape, closeTimeoutMs }) => {
    const toShape = recordShaper(shape, '@actionlog/core', () => handler.onError)
    const write = sizedRecordFormat(format, usesColor())
    const handler: StdoutHandler = new StdoutHandler((record) => write(toShape(record)), closeTimeoutMs)
    return handler
  },
)

function usesColor(): boolean {
  const { stdout } = process
  // an app may say that a pipe is a terminal, but that makes it none
  return stdout.isTTY === true && !process.env.NO_COLOR && stdout.hasColors?.() === true
}

class StdoutHandler implements Handler {
  onError: OnError | undefined
  readonly closeTimeoutMs: number
  readonly #format: SizedRecordFormat
  readonly #stdout = new StdoutDescriptor()
  readonly #failures = new Failures('@actionlog/core', 'stdout', () => this.onError)
  readonly #queue = new RecordQueue(MAX_BUFFER_BYTES, this.#failures)
  readonly #forgetExit: () => void
  #writing: { readonly batch: Batch; readonly bytes: Uint8Array; sent: number } | undefined
  /** Whether the output ends in the middle of a line. */
  #isMidLine = false
  /** Whether a write is running or being reported. Records that `onError` or a replaced `process.stdout.write()` emits wait. */
  #isWriting = false
  #retry: NodeJS.Timeout | undefined
  #flushes = 0
  #closing: Promise<void> | undefined
  #isExiting = false

  constructor(format: SizedRecordFormat, closeTimeoutMs: number) {
    this.#format = format
    this.closeTimeoutMs = closeTimeoutMs
    this.#forgetExit = onExit((msLeft) => this.#writeAllNow(msLeft))
  }

  emit(record: ActionLogRecord): void {
    if (this.#closing) return this.#queue.account.countRefused()
    const { text, bytes } = this.#format(record)
    this.#queue.add(text, bytes)
    if (this.#isExiting) this.#writeAllNow()
    else this.#write()
  }

  async flush(): Promise<void> {
    this.#flushes++
    this.#retry?.ref()
    this.#write()
    await this.#queue.account.settled()
    this.#flushes--
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  stats(): HandlerStats {
    return this.#queue.account.stats()
  }

  async #close(): Promise<void> {
    const deadline = setTimeout(() => this.#dropAll(), this.closeTimeoutMs)
    await this.flush()
    clearTimeout(deadline)
    this.#failures.reportDrops()
    this.#forgetExit()
  }

  /** Writes until the reader takes no more, and tries again later. */
  #write(): void {
    if (this.#retry) return
    while (!this.#stdout.hasBacklog) {
      if (!this.#next()) return
      if (!this.#writeNext()) break
    }
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      this.#write()
    }, RETRY_MS)
    if (this.#flushes === 0) this.#retry.unref()
  }

  /** Waits for the reader without the event loop, because the process is ending. */
  #writeAllNow(msLeft = this.closeTimeoutMs): void {
    this.#isExiting = true
    const clock = new Int32Array(new SharedArrayBuffer(4))
    const deadline = performance.now() + Math.min(msLeft, this.closeTimeoutMs)
    while (this.#next()) {
      if (this.#writeNext()) continue
      if (performance.now() > deadline) this.#dropAll()
      else Atomics.wait(clock, 0, 0, RETRY_MS)
    }
    this.#failures.reportDrops()
  }

  /** Whether there is something to write, now. */
  #next(): boolean {
    if (this.#isWriting) return false
    const batch = this.#writing ? undefined : this.#queue.take(this.#stdout.batchBytes)
    if (batch) {
      const bytes = Buffer.from(this.#isMidLine ? `\n${batch.text}` : batch.text)
      this.#writing = { batch, bytes, sent: 0 }
    }
    return this.#writing !== undefined
  }

  /** Writes as much of the current batch as the reader takes. @returns whether nothing of it is left */
  #writeNext(): boolean {
    const writing = this.#writing as { batch: Batch; bytes: Uint8Array; sent: number }
    this.#isWriting = true
    try {
      while (writing.sent < writing.bytes.length)
        writing.sent += this.#stdout.write(writing.bytes.subarray(writing.sent))
      this.#failures.endFailures()
    } catch (error) {
      if ((error as NodeJS.ErrnoException | null)?.code === 'EAGAIN') return false
      this.#failures.recordFailure('cannot write to stdout', error)
    } finally {
      this.#isWriting = false
    }
    this.#failures.recordDrops(this.#settle())
    return true
  }

  #dropAll(): void {
    let records = 0
    while (this.#next()) records += this.#settle()
    this.#failures.recordDrops(records, `its reader took longer than ${this.closeTimeoutMs} ms`)
  }

  /** Counts the records of the current batch that were written completely as delivered. @returns how many are dropped */
  #settle(): number {
    const { batch, sent } = this.#writing as { batch: Batch; sent: number }
    this.#writing = undefined
    if (sent === 0) return batch.countDropped()
    const text = this.#isMidLine ? sent - 1 : sent // after the newline that ended a half line
    this.#isMidLine = batch.countDeliveredWithin(text) < text
    return batch.countDropped()
  }
}
