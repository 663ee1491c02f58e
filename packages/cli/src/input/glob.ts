import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Whether a path has `*` or `?` in it: shells pass on what is quoted, Windows' pass on all. */
export function isGlob(path: string): boolean {
  return /[*?]/.test(path)
}

/** The paths that match, sorted. A `*` does not match a separator. */
export async function expandGlob(pattern: string): Promise<string[]> {
  const separator = process.platform === 'win32' ? /[\\/]/ : /\//
  const isAbsolute = pattern.startsWith('/')
  let paths = [isAbsolute ? '/' : '']
  for (const part of pattern.split(separator).filter((part) => part !== '')) {
    if (!isGlob(part)) {
      paths = paths.map((path) => join(path, part))
      continue
    }
    const found = await Promise.all(
      paths.map(async (path) => {
        const names = await readdir(path || '.').catch(() => [])
        return names.filter((name) => matches(name, part)).map((name) => join(path, name))
      }),
    )
    paths = found.flat()
  }
  return paths.sort()
}

/** Whether a name matches: on a mismatch the last `*` takes one character more. */
function matches(name: string, pattern: string): boolean {
  let at = 0
  let star = -1
  let taken = 0
  let i = 0
  while (i < name.length) {
    if (pattern[at] === '*') {
      star = at++
      taken = i
    } else if (pattern[at] === '?' || pattern[at] === name[i]) {
      at++
      i++
    } else if (star >= 0) {
      at = star + 1
      i = ++taken
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}
