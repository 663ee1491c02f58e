import { createInterface } from 'node:readline'
import { type Recognized, Recognizer } from './recognizer.js'

export interface SourceOptions {
  /** How many records of each file to begin with. */
  readonly lines: number
  readonly isFollowed: boolean
  readonly signal: AbortSignal
}

/** The records of the files, and of standard input for `-`, as they come. */
export async function* recordsOf(
  _files: readonly string[],
  { signal }: SourceOptions,
): AsyncGenerator<Recognized> {
  const recognizer = new Recognizer()
  for await (const line of createInterface({ input: process.stdin, signal })) yield* recognizer.push(line)
  yield* recognizer.end()
}
