import {
  close,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  read,
  type Stats,
  write,
  writeSync,
} from 'node:fs'
import { promisify } from 'node:util'

const readOnce = promisify(read)
const writeOnce = promisify(write)
const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDWR } = constants

/** An open file, read and written at explicit positions. It stays open until its reads and writes have ended. */
export class SpoolFile {
  readonly #fd: number
  #running = 0
  #closed = false

  /** Creates a file that only its user can read, as records may hold personal data. */
  static create(path: string): SpoolFile {
    return new SpoolFile(openSync(path, O_RDWR | O_CREAT | O_EXCL, 0o600))
  }

  /** Opens an existing file; never through a link, and without waiting at a pipe. */
  static open(path: string): SpoolFile {
    return new SpoolFile(openSync(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK))
  }

  private constructor(fd: number) {
    this.#fd = fd
  }

  get stats(): Stats {
    return fstatSync(this.#fd)
  }

  get size(): number {
    return this.stats.size
  }

  /** Reads `length` bytes, fewer where the file ends before. */
  read(length: number, position: number): Promise<Buffer> {
    return this.#use(async () => {
      const buffer = Buffer.allocUnsafeSlow(length)
      for (let done = 0; done < length; ) {
        const { bytesRead } = await readOnce(this.#fd, buffer, done, length - done, position + done)
        if (bytesRead === 0) return buffer.subarray(0, done)
        done += bytesRead
      }
      return buffer
    })
  }

  write(bytes: Uint8Array, position: number): Promise<void> {
    return this.#use(async () => {
      for (let done = 0; done < bytes.length; )
        done += (await writeOnce(this.#fd, bytes, done, bytes.length - done, position + done)).bytesWritten
    })
  }

  writeSync(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.#fd, bytes, done, bytes.length - done, position + done)
  }

  truncate(size: number): void {
    ftruncateSync(this.#fd, size)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#running === 0) close(this.#fd, ignore)
  }

  async #use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new Error('the file is closed')
    this.#running++
    try {
      return await work()
    } finally {
      if (--this.#running === 0 && this.#closed) close(this.#fd, ignore)
    }
  }
}

function ignore(): void {}
