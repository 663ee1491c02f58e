import { isAbsolute } from 'node:path'
import { glob, isDynamicPattern } from 'tinyglobby'

/** Whether a path is a pattern: shells pass on what is quoted, Windows' pass on all. */
export function isGlob(path: string): boolean {
  return isDynamicPattern(toPattern(path))
}

/** The files that match, sorted. `*`, `?`, `[abc]`, `{a,b}` and `**` mean what they mean in a shell. */
export async function expandGlob(pattern: string): Promise<string[]> {
  const found = await glob(toPattern(pattern), { absolute: isAbsolute(pattern), expandDirectories: false })
  return found.sort()
}

function toPattern(path: string): string {
  return process.platform === 'win32' ? path.replaceAll('\\', '/') : path
}
