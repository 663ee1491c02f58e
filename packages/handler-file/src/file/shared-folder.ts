import type { BigIntStats } from 'node:fs'
import { dirname } from 'node:path'
import type { Steps } from '../steps.js'
import { stat } from './calls.js'

const STICKY_AND_WORLD_WRITABLE = 0o1002n

/**
 * Refuses a file that another user may have planted in a folder such as /tmp, where everyone may write. The file must
 * belong to the user of this process or to the owner of the folder. Linux does the same where `fs.protected_symlinks`, `protected_regular`,
 * `protected_fifos` and `protected_hardlinks` are on (proc_sys_fs(5)).
 * @param stats of the path itself: for a symbolic link, those of the link
 * @throws Error that says whose it is
 */
export function* requireTrusted(path: string, stats: BigIntStats): Steps<void> {
  const folder = dirname(path)
  const { mode, uid } = yield* stat(folder)
  if ((mode & STICKY_AND_WORLD_WRITABLE) !== STICKY_AND_WORLD_WRITABLE) return
  const advice = `everyone may write to ${folder}, so choose a path in a folder of your own`
  if (stats.uid !== uid && !isOurs(stats.uid))
    throw new Error(`${path} belongs to another user (uid ${stats.uid}); ${advice}`)
  if (stats.isFile() && stats.nlink > 1n)
    throw new Error(`${path} is a hard link to a file that has other names; ${advice}`)
}

/** Whether the file belongs to the user of this process. True on Windows, where files have no such owner. */
export function isOurs(uid: bigint | number): boolean {
  const us = process.geteuid?.()
  return us === undefined || us === Number(uid)
}
