import { stat } from 'node:fs/promises'

/** What stays the same when a file is renamed: `dev:ino`. */
export function inodeOf({ dev, ino }: { readonly dev: number; readonly ino: number }): string {
  return `${dev}:${ino}`
}

/** Of the file at the path; `undefined` if there is none. */
export async function inodeAt(path: string): Promise<string | undefined> {
  const there = await stat(path).catch(() => undefined)
  return there && inodeOf(there)
}
