import { statfs } from 'node:fs/promises'
import type { Operation } from '../steps.js'

const TRY_MS = 1_000

/** Decides whether to retry a write to a full disk, since each attempt makes the file grow and shrink. */
export class FullDisk {
  #triedAt = 0

  hasRoom(path: string): Operation<boolean> {
    return { start: () => this.#hasRoom(path), now: () => true }
  }

  async #hasRoom(path: string): Promise<boolean> {
    const now = performance.now()
    if (now - this.#triedAt >= TRY_MS) {
      this.#triedAt = now
      return true // the figures do not show everything, such as quotas
    }
    const { bavail, bfree } = await statfs(path).catch(() => ({ bavail: 1, bfree: 1 }))
    return (process.getuid?.() === 0 ? bfree : bavail) > 0 // some is reserved for root
  }
}
