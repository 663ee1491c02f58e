import type { Backlog } from './backlog.js'
import type { Chunk, Part } from './chunk.js'

/** A record, and the chunk it belongs to. */
export interface Control {
  readonly chunk: Chunk
  readonly part: Part
}

/**
 * A record that shows whether the server takes any, sent instead of the chunk's next one: by turns from the chunk itself,
 * ever further behind, and from the chunks behind it. `undefined` if there is none.
 */
export async function findControl(
  backlog: Backlog,
  chunk: Chunk,
  candidate: number,
): Promise<Control | undefined> {
  const step = Math.floor(candidate / 2)
  const within = chunk.single(Math.min(2 ** step, chunk.records - 1) || chunk.records)
  const other = await backlog.behind(step)
  const behind = other?.single(0)
  if (other && behind && (!within || candidate % 2 === 1)) return { chunk: other, part: behind }
  return within && { chunk, part: within }
}
