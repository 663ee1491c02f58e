import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Backlog } from './backlog.js'
import type { Chunk, Part } from './chunk.js'
import { type Control, findControl } from './control.js'
import { type Link, NoAnswerError } from './link.js'

const PASSES = 2
const LOSSES = 3
const SILENT_PINGS = 3
const REASON = 'the server refuses them, although it accepts other records'

/** The state of the search in one chunk, which may hold a record that no server takes. */
export interface Suspect {
  /** The server kept the connection open, but did not acknowledge the chunk: it may have stalled. */
  wasSilent: boolean
  /** The next record failed alone, so another record is sent to see whether the server takes any. */
  needsControl: boolean
  /** How often in a row the next record failed alone. */
  losses: number
  /** How often in a row another record was delivered after the next one failed alone. */
  passes: number
  /** Which other record is tried next, see {@link findControl}. */
  candidate: number
}

export function newSuspect(wasSilent: boolean): Suspect {
  return { wasSilent, needsControl: false, losses: 0, passes: 0, candidate: 0 }
}

/**
 * Finds the records that no server takes. It sends a suspect chunk in smaller and smaller parts. A record that fails
 * alone is sent by turns with another record, each time over a new connection. In an outage both fail. A record that
 * fails while others are delivered is rejected.
 */
export class SuspectSearch {
  readonly #backlog: Backlog
  /** Pings in a row that no server answered in time. */
  #silentPings = 0
  /**
   * Whether the server answers in the order of the messages, so that an answered ping shows that it will not
   * acknowledge the part before. Unknown until a record shows it.
   */
  #answersInOrder: boolean | undefined

  constructor(backlog: Backlog) {
    this.#backlog = backlog
  }

  /**
   * Sends the next part of the chunk, or the record to compare with.
   * @returns whether the next message needs a fresh connection
   */
  async send(chunk: Chunk, suspect: Suspect, link: Link): Promise<boolean> {
    if (suspect.needsControl) {
      suspect.needsControl = false
      const control = await findControl(this.#backlog, chunk, suspect.candidate)
      if (control) return this.#sendControl(control, suspect, link)
    }
    if (suspect.wasSilent) await this.#awaitAnswer(suspect, link)
    const part = chunk.next()
    let isRefused: boolean
    try {
      isRefused = await this.#isRefused(part, suspect, link)
    } catch (error) {
      if (error instanceof NoAnswerError && !suspect.wasSilent) suspect.wasSilent = true
      else await this.#recordFailure(chunk, suspect, part)
      throw error
    }
    if (!isRefused) {
      this.#clear(suspect)
      chunk.grow()
      this.#backlog.outcomes.recordDelivered(chunk, part)
      return false
    }
    await this.#recordFailure(chunk, suspect, part, true)
    return part.records === 1
  }

  async #sendControl({ chunk, part }: Control, suspect: Suspect, link: Link): Promise<boolean> {
    try {
      await link.send(part)
    } catch (error) {
      suspect.passes = 0
      suspect.candidate++
      throw error
    }
    suspect.passes++
    this.#backlog.outcomes.recordDelivered(chunk, part)
    return false
  }

  /** Waits until the server answers, so that a stalled server does not get the same records again. */
  async #awaitAnswer(suspect: Suspect, link: Link): Promise<void> {
    if (this.#silentPings >= SILENT_PINGS) {
      this.#silentPings-- // the server may answer no pings at all
      return
    }
    try {
      await this.#ping(link)
    } catch (error) {
      suspect.wasSilent = error instanceof NoAnswerError
      throw error
    }
  }

  /**
   * Sends the part; after a silence, a ping follows it.
   * @returns whether the server answers the ping, but does not acknowledge the part. A larger part is not waited for
   * then: it is only sent in smaller ones.
   */
  async #isRefused(part: Part, { wasSilent }: Suspect, link: Link): Promise<boolean> {
    const sent = link.send(part)
    if (!wasSilent) return sent.then(() => false)
    let isPingAnswered = false
    const refused = this.#ping(link).then(async () => {
      await nextTurn() // an acknowledgement may have come together with the answer
      isPingAnswered = true
      return true
    })
    const acknowledged = sent.then(
      () => {
        if (isPingAnswered) this.#answersInOrder = false
        return false
      },
      (error) => {
        if (isPingAnswered && error instanceof NoAnswerError) return true
        throw error
      },
    )
    const all = Promise.race([acknowledged, refused])
    all.catch(() => {})
    return (this.#answersInOrder ?? part.records > 1) ? all : acknowledged
  }

  async #ping(link: Link): Promise<void> {
    try {
      await link.ping()
      this.#silentPings = 0
    } catch (error) {
      if (error instanceof NoAnswerError) this.#silentPings++
      throw error
    }
  }

  async #recordFailure(chunk: Chunk, suspect: Suspect, part: Part, isAlive = false): Promise<void> {
    if (part.records > 1) return chunk.shrink()
    const hasControl = (await findControl(this.#backlog, chunk, suspect.candidate)) !== undefined
    const isRejected = suspect.passes >= (hasControl ? PASSES : 1)
    suspect.losses++
    // not at once, because another record in its place changes the order, and an outage may be over soon
    suspect.needsControl = suspect.passes > 0 || isAlive || suspect.losses % LOSSES === 0
    if (!isRejected) return
    if (isAlive) this.#answersInOrder ??= true
    this.#clear(suspect)
    this.#backlog.outcomes.reject(chunk, part, REASON)
  }

  #clear(suspect: Suspect): void {
    const { wasSilent, candidate } = suspect
    Object.assign(suspect, newSuspect(wasSilent), { candidate })
  }
}
