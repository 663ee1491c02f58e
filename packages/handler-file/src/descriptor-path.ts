import { lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

const DESCRIPTORS = /^\/(proc|dev\/fd)(\/|$)/

/** Whether the path leads to a file that somebody has opened, whatever its name: `/dev/stdout`, or a link to that. */
export function isDescriptorPath(path: string): boolean {
  for (let link = path; ; ) {
    const folder = realpathSync(dirname(link))
    if (DESCRIPTORS.test(folder)) return true
    const name = join(folder, basename(link))
    if (!lstatSync(name, { throwIfNoEntry: false })?.isSymbolicLink()) return false
    link = resolve(folder, readlinkSync(name))
  }
}
