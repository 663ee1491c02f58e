import { type FileHandle, open } from 'node:fs/promises'

const BLOCK_BYTES = 65_536
const START_BYTES = 32
const NEWLINE = 0x0a
// a line that begins a record: JSON, or a title of the text format
const RECORD_START = /^(?:\{|={18} |-{18} )/

/** Where in the file its last `count` records begin, as far as lines tell; 0 if there are fewer, or no such file. */
export async function startOfLast(path: string, count: number): Promise<number> {
  const file = await open(path, 'r').catch(() => undefined)
  if (!file) return 0
  try {
    return await findStart(file, (await file.stat()).size, count)
  } finally {
    await file.close()
  }
}

async function findStart(file: FileHandle, size: number, count: number): Promise<number> {
  let left = count
  for (let end = size; end > 0; end -= BLOCK_BYTES) {
    const start = Math.max(0, end - BLOCK_BYTES)
    const block = Buffer.alloc(end - start + START_BYTES) // a line may begin at its very end
    const { bytesRead } = await file.read(block, 0, block.length, start)
    const isStart = (at: number): boolean =>
      at < bytesRead && RECORD_START.test(block.toString('latin1', at, Math.min(bytesRead, at + START_BYTES)))
    for (
      let at = block.lastIndexOf(NEWLINE, end - start - 1);
      at >= 0;
      at = at === 0 ? -1 : block.lastIndexOf(NEWLINE, at - 1)
    )
      if (isStart(at + 1) && --left === 0) return start + at + 1
  }
  return 0
}
