import { stat } from 'node:fs/promises'

/** What stays the same when a file is renamed: `dev:ino`. A double does not hold all ids: those of SMB are larger. */
export function inodeOf({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${dev}:${ino}`
}

/** Of the file at the path; `undefined` if there is none. */
export async function inodeAt(path: string): Promise<string | undefined> {
  const there = await stat(path, { bigint: true }).catch(() => undefined)
  return there && inodeOf(there)
}
