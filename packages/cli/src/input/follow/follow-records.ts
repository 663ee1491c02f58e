import { type Piece, PieceReader, type Position } from '../pieces.js'
import type { RecordOptions } from '../record.js'
import { type FollowOptions, follow } from './follow.js'

/** A piece of a followed file: a record, rejected text, or a blank line. */
export type FollowedPiece = Piece & { readonly path: string }

/** Follows files, see `follow()`, and gives each piece of them within some milliseconds. */
export async function* followRecords(
  paths: readonly string[],
  options: FollowOptions & RecordOptions = {},
): AsyncGenerator<FollowedPiece> {
  const readers = new Map<string, { reader: PieceReader; at: Position }>()
  for await (const { path, bytes } of follow(paths, options)) {
    const file = readers.get(path) ?? { reader: new PieceReader(options), at: { offset: 0, line: 1 } }
    readers.set(path, file)
    let start = 0
    for (let end = bytes.indexOf('\n'); end >= 0; end = bytes.indexOf('\n', start)) {
      for (const piece of file.reader.read(bytes.subarray(start, end), file.at)) yield { ...piece, path }
      file.at = { offset: file.at.offset + end + 1 - start, line: file.at.line + 1 }
      start = end + 1
    }
  }
  for (const [path, { reader }] of readers) for (const piece of reader.end()) yield { ...piece, path }
}
