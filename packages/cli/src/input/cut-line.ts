import { objectsOf } from './objects.js'

/** Whether the line is one JSON object. NUL bytes do not count: a file that was truncated may have them before its first line. */
export function isWhole(line: Buffer): boolean {
  const [part, ...others] = objectsOf(line.toString().replaceAll('\0', ''))
  return part !== undefined && others.length === 0 && 'object' in part
}

/** Whether a rotation cut a line in two: `end` is no record by itself, but is one behind `beginning`. */
export function isCutLine(beginning: Buffer, end: Buffer): boolean {
  return !isWhole(end) && isWhole(Buffer.concat([beginning, end]))
}
