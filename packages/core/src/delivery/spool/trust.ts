import type { Stats } from 'node:fs'

const OTHERS_MAY_WRITE = 0o022

/**
 * Why a file or folder is not trusted; `undefined` if it is this user's, and nobody else may write to it. On Windows,
 * which has no such owners, everything is trusted.
 */
export function distrustOf({ uid, mode }: Stats): string | undefined {
  const user = process.getuid?.()
  if (user === undefined) return undefined
  if (uid !== user) return `it belongs to the user ${uid}, and the process runs as the user ${user}`
  if ((mode & OTHERS_MAY_WRITE) === 0) return undefined
  return `others may write to it (mode ${(mode & 0o7777).toString(8)})`
}
