import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FollowOptions, follow } from '../../dist/input/follow/follow.js'
import { logFolder } from './loaded-log.js'

/** Lets the follower look at the files many times: in many turns, as a busy machine makes each of them longer. */
export async function look(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await sleep(10)
}

/** What a follower has given. */
export class Following {
  readonly lines: string[] = []
  /** Whether it does not look at the files meanwhile. */
  isPaused = false

  get ids(): number[] {
    return this.lines.map((line) => (JSON.parse(line) as { id: number }).id)
  }
}

export interface FollowedOptions {
  readonly paths?: readonly string[]
  readonly from?: FollowOptions['from']
  /** How many of the written lines do not come. */
  readonly skipped?: number
}

/** A log of numbered lines in a folder of its own, which a test writes and follows. */
export class FollowedLog {
  readonly folder = logFolder()
  readonly path: string = join(this.folder.path, 'a.log')
  /** The descriptor that is written to. */
  file = -1
  written = 0

  /** The ids of all lines, in order. */
  get all(): number[] {
    return Array.from({ length: this.written }, (_, i) => i)
  }

  /** Opens the path, as an application does. @returns the descriptor that was written to before */
  reopen(): number {
    const old = this.file
    this.file = openSync(this.path, 'a')
    return old
  }

  close(): void {
    closeSync(this.file)
  }

  line(): string {
    const id = this.written++
    return `${JSON.stringify({ id, text: '日本語'.repeat(20), end: id })}\n`
  }

  write(count: number): void {
    for (let i = 0; i < count; i++) writeSync(this.file, this.line())
  }

  /** Writes the first part of a line. @returns the second, which begins inside a character */
  writeHalf(): Buffer {
    const bytes = Buffer.from(this.line())
    writeSync(this.file, bytes.subarray(0, 30))
    return bytes.subarray(30)
  }

  /** Writes a line and waits until it has come: then the files are followed. */
  async begin(following: Following): Promise<void> {
    this.reopen()
    this.write(1)
    while (following.lines.length === 0) await sleep(5)
  }

  /** Waits until all has come that was written. */
  async caughtUp(following: Following): Promise<void> {
    while (following.lines.length < this.written) await sleep(5)
  }

  /** Follows while `work` goes on and until all has come, and gives the ids in the order in which they came. */
  async idsWhile(
    work: (following: Following) => Promise<void>,
    options: FollowedOptions = {},
  ): Promise<number[]> {
    return (await this.followWhile(work, options)).ids
  }

  async followWhile(
    work: (following: Following) => Promise<void>,
    { paths = [this.path], from = 'start', skipped = 0 }: FollowedOptions = {},
  ): Promise<Following> {
    const abort = new AbortController()
    const following = new Following()
    const reading = (async () => {
      for await (const { bytes } of follow(paths, { from, signal: abort.signal })) {
        following.lines.push(...bytes.toString().trimEnd().split('\n'))
        while (following.isPaused) await sleep(5)
      }
    })()
    await Promise.race([work(following), reading])
    for (let i = 0; i < 3_000 && following.lines.length < this.written - skipped; i++) await sleep(20)
    await look() // nothing more may come
    abort.abort()
    await reading
    return following
  }
}
