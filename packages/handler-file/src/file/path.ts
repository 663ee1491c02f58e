import { tmpdir } from 'node:os'
import { join, parse, resolve, sep } from 'node:path'
import type { OptionRule } from '@actionlog/core'
import type { Steps } from '../steps.js'
import { ifThere, lstat, readlink } from './calls.js'
import { requireTrusted } from './shared-folder.js'

const MAX_LINKS = 40 // the limit of Linux
const CONTROLS = /\p{Cc}/u // such as the line end of a file that holds the path
const DESCRIPTORS = /^\/(proc|dev\/fd)(\/|$)/
const FOLDER_ENDING = /[/\\]\.{0,2}$/
const FOR_SHELLS = /^~$|^~[\w.-]*[/\\]|^\$\{?\w+\}?[/\\]|^%\w+%[/\\]|^file:/i

/** The rule of the option `logfile`. */
export const logfileRule: OptionRule<string> = {
  expected:
    'the path of a file; it must not end with a slash or a line end, nor begin with "~", "$NAME" or "file:"',
  default: process.platform === 'win32' ? join(tmpdir(), 'koa_action.log') : '/tmp/koa_action.log',
  accepts: (value) =>
    typeof value === 'string' &&
    value !== '' &&
    !CONTROLS.test(value) &&
    !FOLDER_ENDING.test(value) &&
    !FOR_SHELLS.test(value),
}

/** Makes a path absolute. @throws Error for a relative path, if the working directory was deleted */
export function absolutePath(path: string): string {
  try {
    return resolve(path)
  } catch (error) {
    throw new Error('the working directory was deleted, so use an absolute path', { cause: error })
  }
}

/** Where a path leads. */
export interface Target {
  /** Without symbolic links. */
  readonly path: string
  /** Whether it is an open descriptor such as `/dev/stdout`, or a link to one. */
  readonly isDescriptor: boolean
}

/**
 * Follows symbolic links like the kernel, but not those that somebody may have planted.
 * @throws Error for a link of another user in a folder where everyone may write
 */
export function* followLinks(path: string): Steps<Target> {
  let folder = parse(path).root
  const names = path.slice(folder.length).split(sep)
  for (let links = 0; names.length > 0; ) {
    const name = names.shift() as string
    const here = join(folder, name)
    if (DESCRIPTORS.test(here)) return { path: join(here, ...names), isDescriptor: true }
    const stats = yield* ifThere(lstat(here))
    if (!stats) return { path: join(here, ...names), isDescriptor: false }
    if (!stats.isSymbolicLink()) {
      folder = here
      continue
    }
    yield* requireTrusted(here, stats)
    if (++links > MAX_LINKS) return { path, isDescriptor: false } // opening it fails, with the kernel's own error
    const target = yield* readlink(here)
    const { root } = parse(target)
    if (root !== '') folder = root
    names.unshift(...target.slice(root.length).split(sep))
  }
  return { path: folder, isDescriptor: false }
}
