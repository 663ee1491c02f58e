import type { IncomingMessage } from 'node:http'
import { AskError } from './read-values.js'

const MOST_BYTES = 1_000

/** Reads the small JSON object in the body of a request. */
export async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new AskError(`the body must be at most ${MOST_BYTES} bytes`)
    chunks.push(chunk)
  }
  try {
    const value = JSON.parse(Buffer.concat(chunks).toString())
    if (typeof value === 'object' && value !== null) return value
  } catch {}
  throw new AskError('the body must be an object in JSON')
}
