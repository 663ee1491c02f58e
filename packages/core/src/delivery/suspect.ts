import type { Backlog } from './backlog.js'
import type { Chunk, Found, Part } from './chunk.js'
import { type Link, NoAnswerError } from './link.js'

const PASSES = 2
const REFUSALS = 3
const LOSSES = 3
const SILENT_PINGS = 3

/** The state of the search in a chunk that may hold a record no server takes. */
export interface Suspect {
  /** The server kept the connection open without an answer: it may have stalled. */
  wasSilent: boolean
  /** Its next record failed alone: another record shows whether the server works at all. */
  needsControl: boolean
  /** How often in a row its next record failed alone. */
  losses: number
  /** How often in a row another record was delivered after this one failed alone. */
  passes: number
  /** How often in a row the server answered later messages, but not this record. */
  refusals: number
  /** Which other record is taken next. */
  candidate: number
}

export function newSuspect(wasSilent: boolean): Suspect {
  return { wasSilent, needsControl: false, losses: 0, passes: 0, refusals: 0, candidate: 0 }
}

/**
 * Finds the records that no server takes: sends a suspect chunk in ever smaller parts, then the record that fails
 * alone in turn with its next good record, each time over a fresh connection. An outage fails both; a record that
 * fails while the others are delivered is rejected.
 */
export class SuspectSearch {
  readonly #backlog: Backlog
  /** Pings in a row that no server answered in time. */
  #silentPings = 0

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
      const control = await this.#backlog.find(chunk, suspect.candidate)
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
      this.#backlog.settle(chunk, part)
      return false
    }
    if (part.records === 1) suspect.refusals++
    await this.#recordFailure(chunk, suspect, part)
    return part.records === 1
  }

  async #sendControl({ chunk, part }: Found, suspect: Suspect, link: Link): Promise<boolean> {
    try {
      await link.send(part)
    } catch (error) {
      suspect.passes = 0
      suspect.candidate++
      throw error
    }
    suspect.passes++
    this.#backlog.settle(chunk, part)
    return false
  }

  /** Waits until the server answers, so that a stalled one gets no record again. */
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

  /** After a silence a ping follows the part: if only the ping is answered, the server has refused the part. */
  #isRefused(part: Part, { wasSilent }: Suspect, link: Link): Promise<boolean> {
    const sent = link.send(part).then(() => false)
    return wasSilent ? Promise.race([sent, this.#ping(link).then(() => true)]) : sent
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

  async #recordFailure(chunk: Chunk, suspect: Suspect, part: Part): Promise<void> {
    if (part.records > 1) return chunk.shrink()
    const hasControl = (await this.#backlog.find(chunk, suspect.candidate)) !== undefined
    const isRejected = hasControl
      ? suspect.passes >= PASSES
      : suspect.passes > 0 || suspect.refusals >= REFUSALS
    suspect.losses++
    // one that comes in its place changes the order: an outage may be over after some more attempts
    suspect.needsControl = suspect.passes > 0 || suspect.losses % LOSSES === 0
    if (!isRejected) return
    this.#clear(suspect)
    this.#backlog.reject(chunk, part)
  }

  #clear(suspect: Suspect): void {
    const { wasSilent, candidate } = suspect
    Object.assign(suspect, newSuspect(wasSilent), { candidate })
  }
}
