import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** A session ends when nobody used it for so long. An open page uses it, also when nothing is new. */
export const IDLE_MS: number = 12 * 3_600_000

/**
 * Who may look: the browser that brings a key which was not used before. It gets a session, which is in a cookie.
 * Everybody who has an account on the machine can reach the port, but only its owner sees the key.
 */
export class Access {
  /** Of this run alone: cookies do not know ports, so two dashboards would overwrite each other's. */
  readonly cookie: string = `actionlog_${randomBytes(6).toString('hex')}`
  /** When each session was last used, by its digest. */
  readonly #sessions = new Map<string, number>()
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
    this.#sessions.set(digest(session), Date.now())
    return session
  }

  /** Whether the session is open. It stays open for {@link IDLE_MS} from now. */
  useSession(session: string | undefined): boolean {
    if (session === undefined) return false
    const name = digest(session)
    const usedAt = this.#sessions.get(name) ?? Number.NEGATIVE_INFINITY
    const isOpen = Date.now() - usedAt < IDLE_MS
    if (isOpen) this.#sessions.set(name, Date.now())
    else this.#sessions.delete(name)
    return isOpen
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
