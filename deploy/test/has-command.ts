import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'] // not all users have these in PATH

/** Whether there is such a program. */
export function hasCommand(name: string): boolean {
  return FOLDERS.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
