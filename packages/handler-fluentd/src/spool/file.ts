import { close, fstatSync, ftruncateSync, openSync, read, write, writeSync } from 'node:fs'
import { promisify } from 'node:util'

const readOnce = promisify(read)
const writeOnce = promisify(write)

/** An open file, read and written at explicit positions. It stays open until what is under way has ended. */
export class SpoolFile {
  readonly #fd: number
  #underWay = 0
  #closed = false

  /** Readable for its user only: records may hold personal data. */
  constructor(path: string, flags: 'wx+' | 'r+') {
    this.#fd = openSync(path, flags, 0o600)
  }

  get size(): number {
    return fstatSync(this.#fd).size
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
    if (this.#underWay === 0) close(this.#fd, ignore)
  }

  async #use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new Error('the file is closed')
    this.#underWay++
    try {
      return await work()
    } finally {
      if (--this.#underWay === 0 && this.#closed) close(this.#fd, ignore)
    }
  }
}

function ignore(): void {}
