import { formatBytes, formatMs } from './units.js'

const QUIET_MS = 700
const STEP_MS = 100

/** How far the reading is. */
export interface ReadingProgress {
  readonly readBytes: number
  /** 0 where it is not known, as of standard input. */
  readonly totalBytes: number
  readonly elapsedMs: number
  readonly remainingMs: number | undefined
}

/** One line on standard error while files are read. Only on a terminal, and only where it takes long. */
export class Progress {
  readonly #stream: NodeJS.WriteStream
  #shownAt = 0

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream
  }

  show({ readBytes, totalBytes, elapsedMs, remainingMs }: ReadingProgress): void {
    if (!this.#stream.isTTY || elapsedMs < QUIET_MS || elapsedMs - this.#shownAt < STEP_MS) return
    this.#shownAt = elapsedMs
    const share = totalBytes > 0 ? `${Math.floor((readBytes / totalBytes) * 100)}%, ` : ''
    const total = totalBytes > 0 ? ` of ${formatBytes(totalBytes)}` : ''
    const left = remainingMs === undefined ? '' : `, ${formatMs(remainingMs)} left`
    this.#stream.write(`\r\u001b[KReading: ${share}${formatBytes(readBytes)}${total}${left}`)
  }

  clear(): void {
    if (this.#shownAt > 0) this.#stream.write('\r\u001b[K')
  }
}
