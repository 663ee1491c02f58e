import { randomBytes } from 'node:crypto'
import { closeSync, openSync, renameSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'

const SOCKET_PATH_BYTES = 103
const onWindows = process.platform === 'win32'

/** The owner of a lock file; `undefined` if the file is none. */
export function lockOwner(fileName: string): string | undefined {
  return /^([\da-f]{16})\.lock$/.exec(fileName)?.[1]
}

/**
 * Shows that the owner of segments runs: a listening socket in the folder. The kernel closes it with the
 * process, however that ends, and answers for a process that is only stopped. This works among the processes of
 * one kernel, in whatever containers: a folder belongs to one machine. On Windows it is a named pipe.
 */
export class SpoolLock {
  readonly owner: string = randomBytes(8).toString('hex')
  readonly #directory: string
  /** Of the folder, if its path is too long for a socket. */
  #fd: number | undefined
  readonly #server: Server = createServer((socket) => socket.destroy())

  /** @throws Error if the folder takes no socket */
  static acquire(directory: string): SpoolLock {
    const lock = new SpoolLock(directory)
    lock.#listen()
    return lock
  }

  private constructor(directory: string) {
    this.#directory = directory
  }

  /** Whether the owner's process runs. Ask only while this lock is held itself. */
  isHeld(owner: string): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.#address(owner, 'lock'), () => {
        socket.destroy()
        resolve(true)
      })
      socket.on('error', ({ code }: NodeJS.ErrnoException) =>
        resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT'),
      )
    })
  }

  /** Removes the lock of an owner whose process has ended. */
  clear(owner: string): void {
    rmSync(this.#path(owner), { force: true })
  }

  release(): void {
    this.#server.close()
    this.clear(this.owner)
    if (this.#fd !== undefined) closeSync(this.#fd)
  }

  #listen(): void {
    const born = join(this.#directory, `${this.owner}.new`)
    if (Buffer.byteLength(born) + 1 > SOCKET_PATH_BYTES && !onWindows) this.#fd = openLong(this.#directory)
    this.#server
      .on('error', () => {})
      .listen({ path: this.#address(this.owner, 'new'), exclusive: true }) // not by a cluster's primary
      .unref()
    if (!this.#server.listening) throw new Error('no socket can be created in it')
    // under its name only once it answers, or another process could take it for a dead one
    if (!onWindows) renameSync(born, this.#path(this.owner))
  }

  #path(owner: string): string {
    return join(this.#directory, `${owner}.lock`)
  }

  #address(owner: string, extension: 'lock' | 'new'): string {
    if (onWindows) return `\\\\.\\pipe\\actionlog-spool-${owner}`
    return join(
      this.#fd === undefined ? this.#directory : `/proc/self/fd/${this.#fd}`,
      `${owner}.${extension}`,
    )
  }
}

function openLong(directory: string): number {
  if (process.platform === 'linux') return openSync(directory, 'r')
  throw new Error(
    `its path is too long: with the name of a socket, it may have at most ${SOCKET_PATH_BYTES} bytes`,
  )
}
