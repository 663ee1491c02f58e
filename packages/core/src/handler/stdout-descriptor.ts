import { fstatSync, writeSync } from 'node:fs'

const BATCH_BYTES = 65_536
const PIPE_BATCH_BYTES = 4_096 // a pipe takes that at once or not at all, also from many processes (PIPE_BUF)

/** The standard output of the process, written to directly, because a stream would queue output and lose it at exit. */
export class StdoutDescriptor {
  #batchBytes: number | undefined

  /** How many bytes one write should have. */
  get batchBytes(): number {
    this.#batchBytes ??= isPipe() ? PIPE_BATCH_BYTES : BATCH_BYTES
    return this.#batchBytes
  }

  /** Whether earlier output of `console.log` still waits for the reader. */
  get hasBacklog(): boolean {
    return process.stdout.writableLength > 0
  }

  /**
   * Writes what the reader takes.
   * @returns how many bytes that was
   * @throws Error with the code `EAGAIN` if it takes nothing now; another error if the write fails
   */
  write(bytes: Uint8Array): number {
    const isReplaced = Object.hasOwn(process.stdout, 'write')
    if (typeof process.stdout.fd === 'number' && !isReplaced) return writeSync(process.stdout.fd, bytes)
    process.stdout.write(bytes) // a worker thread, or somebody who wants to see all output
    return bytes.length
  }
}

function isPipe(): boolean {
  try {
    const stats = fstatSync(process.stdout.fd)
    return stats.isFIFO() || stats.isSocket()
  } catch {
    return false // a worker thread's has no descriptor
  }
}
