/** Joins lines to blocks of 256 kB, which are written faster. */
export function* inBlocks(pieces) {
  let block = ''
  for (const piece of pieces) {
    block += piece
    if (block.length < 1 << 18) continue
    yield block
    block = ''
  }
  yield block
}
