import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const MAX_BYTES = 64 * 1_048_576
const { O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_WRONLY } = constants

/** The file `refused.ndjson` in the spool's folder, with the records that no server takes: a line of JSON each. */
export class KeptAside {
  readonly path: string

  constructor(directory: string) {
    this.path = join(directory, 'refused.ndjson')
  }

  /** @throws Error if the line cannot be written, or the file would exceed 64 MiB */
  append(line: string): void {
    const bytes = Buffer.from(`${line}\n`)
    const fd = openSync(this.path, O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_WRONLY, 0o600)
    try {
      const stats = fstatSync(fd)
      if (!stats.isFile()) throw new Error(`${this.path} is not a file`)
      if (stats.size + bytes.length > MAX_BYTES)
        throw new Error(`${this.path} has reached its limit of ${MAX_BYTES} bytes`)
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
    } finally {
      closeSync(fd)
    }
  }
}
