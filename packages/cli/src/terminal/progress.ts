import { formatBytes, formatMs } from './units.js'

const QUIET_MS = 700
const STEP_MS = 100

/** One line on standard error while files are read: how far, and how long still. Only on a terminal. */
export class Progress {
  readonly #stream: NodeJS.WriteStream
  readonly #start = performance.now()
  #shownAt = 0
  #isShown = false

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream
  }

  /** @param total 0 where it is not known, as of standard input */
  show(done: number, total: number): void {
    const passed = performance.now() - this.#start
    if (!this.#stream.isTTY || passed < QUIET_MS || passed - this.#shownAt < STEP_MS) return
    this.#shownAt = passed
    this.#isShown = true
    const left = done > 0 && total > done ? `, ${formatMs((passed * (total - done)) / done)} left` : ''
    const part =
      total > 0
        ? `${Math.floor((done / total) * 100)}%  ${formatBytes(done)} of ${formatBytes(total)}`
        : formatBytes(done)
    this.#stream.write(`\r\u001b[KReading  ${part}${left}`)
  }

  clear(): void {
    if (this.#isShown) this.#stream.write('\r\u001b[K')
    this.#isShown = false
  }
}
