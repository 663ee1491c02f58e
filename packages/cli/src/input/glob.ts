import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Whether a path has `*`, `?` or `[…]` in it: shells pass on what is quoted, Windows' pass on all. */
export function isGlob(path: string): boolean {
  return /[*?[]/.test(path)
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
    const matcher = toExpression(part)
    const found = await Promise.all(
      paths.map(async (path) => {
        const names = await readdir(path || '.').catch(() => [])
        return names.filter((name) => matcher.test(name)).map((name) => join(path, name))
      }),
    )
    paths = found.flat()
  }
  return paths.sort()
}

function toExpression(part: string): RegExp {
  const source = part
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.')
    .replace(/\[!/g, '[^')
  try {
    return new RegExp(`^${source}$`, 's')
  } catch {
    return /^$/ // an open bracket
  }
}
