import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * Who may look: the browser that brings a key which was not used before. It gets a session, which is in a cookie.
 * Everybody who has an account on the machine can reach the port, but only its owner sees the key.
 */
export class Access {
  /** Of this run alone: cookies do not know ports, so two dashboards would overwrite each other's. */
  readonly cookie: string = `actionlog_${randomBytes(6).toString('hex')}`
  readonly #sessions = new Set<string>()
  #key = newSecret()

  /** The key for the next browser. */
  get key(): string {
    return this.#key
  }

  /** Exchanges the key for a session; null if it is wrong or used. */
  openSession(key: unknown): string | null {
    if (typeof key !== 'string' || !isEqual(key, this.#key)) return null
    this.#key = newSecret()
    const session = newSecret()
    this.#sessions.add(digest(session))
    return session
  }

  isOpen(session: string | undefined): boolean {
    return session !== undefined && this.#sessions.has(digest(session))
  }
}

function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** Sessions are looked up by their digest: how long that takes says nothing about the session. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

function isEqual(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(digest(a)), Buffer.from(digest(b)))
}
