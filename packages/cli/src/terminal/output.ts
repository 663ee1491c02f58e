import { type Paint, paintFor } from './paint.js'

const MIN_WIDTH = 60
const WIDTH_OF_A_FILE = 100

/** Standard output: how wide it is, its colours, and whether anybody still reads it. */
export class Output {
  readonly width: number
  readonly paint: Paint
  /** Aborted when the reader has gone (`| head -1`). */
  readonly gone: AbortSignal
  readonly #stream: NodeJS.WriteStream

  constructor(stream: NodeJS.WriteStream = process.stdout, env: NodeJS.ProcessEnv = process.env) {
    const gone = new AbortController()
    this.#stream = stream
    this.gone = gone.signal
    this.paint = paintFor(stream, env)
    this.width = Math.max(MIN_WIDTH, stream.columns || Number(env.COLUMNS) || WIDTH_OF_A_FILE)
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      gone.abort()
    })
  }

  write(text: string): void {
    if (!this.gone.aborted) this.#stream.write(text)
  }
}
