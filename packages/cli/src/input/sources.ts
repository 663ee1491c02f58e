import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { withoutCopies } from './copies.js'
import { expandGlob, isGlob } from './glob.js'
import { inodeAt, inodeOf } from './inode.js'
import { InputError } from './input-error.js'
import { rotatedSiblings } from './rotated-siblings.js'

/** A file, or standard input as `-`. */
export interface Source {
  readonly path: string
  /** On disk; 0 for standard input and pipes. */
  readonly size: number
  readonly inode: string
}

interface Candidate extends Source {
  readonly modified: number
}

const LOG_EXTENSION = /^(?:log|jsonl|ndjson|json)(?:-|$)/i

/** Whether a folder's file is taken for a log: `action.log`, `action.log.2.gz`, `action-2026-11-22T23-59-58.123.log`. */
export function isLogName(name: string): boolean {
  return name.split('.').some((part, i) => i > 0 && LOG_EXTENSION.test(part))
}

/**
 * The files behind the arguments: files, globs, folders and `-`. Each file once, and of a file and its copy (made by
 * a rotation, or compressed) only the larger; in the order in which they were last written.
 * @throws InputError if one is missing, unreadable, or a folder without log files
 */
export async function findSources(paths: readonly string[]): Promise<Source[]> {
  const found = new Map<string, Candidate>()
  for (const path of paths) {
    for (const each of await expand(path)) {
      const candidate = await inspect(each)
      if (!found.has(candidate.inode)) found.set(candidate.inode, candidate)
    }
  }
  const files = await withoutCopies([...found.values()])
  return files.sort((a, b) => a.modified - b.modified || (a.path < b.path ? 1 : -1))
}

// what rotation calls a file that it has put aside
const ROTATED_NAME = /\.(?:\d+|gz|zst|bz2|xz|old|bak)$|[.-]\d{4}-?\d{2}-?\d{2}/i

/** The files behind the arguments that may grow: none is missed because it is not there yet. */
export async function expandLive(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const files = await expand(path).catch(() => [])
      return files.length === 1 && files[0] === path
        ? files
        : files.filter((file) => !ROTATED_NAME.test(file))
    }),
  )
  return [...new Set(found.flat())]
}

async function expand(path: string): Promise<string[]> {
  if (path === '-') return [path]
  const stats = await stat(path).catch(() => undefined)
  if (stats?.isDirectory()) {
    const names = await readdir(path, { withFileTypes: true }).catch((error) => fail(path, error))
    const logs = names.filter((entry) => !entry.isDirectory() && isLogName(entry.name))
    if (logs.length === 0) throw new InputError(`@actionlog/cli: ${path} holds no log files`)
    return logs.map(({ name }) => join(path, name))
  }
  if (stats || !isGlob(path)) return [path]
  const matches = await expandGlob(path)
  if (matches.length === 0) throw new InputError(`@actionlog/cli: no file matches ${path}`)
  return matches
}

/** Where the file is now: a rotation may have given it another name since it was found. */
export async function pathOf({ path, inode }: Source): Promise<string> {
  if (path === '-' || (await inodeAt(path)) === inode) return path
  const renamed = (await rotatedSiblings(path)).find((sibling) => sibling.inode === inode)
  return renamed?.path ?? path
}

async function inspect(path: string): Promise<Candidate> {
  if (path === '-') return { path, size: 0, inode: '-', modified: Number.POSITIVE_INFINITY }
  const stats = await stat(path, { bigint: true }).catch((error) => fail(path, error))
  if (stats.isFile())
    await open(path, 'r').then(
      (handle) => handle.close(),
      (error) => fail(path, error),
    )
  // a pipe is opened once only: its writer would end with the first reader
  return { path, size: Number(stats.size), inode: inodeOf(stats), modified: Number(stats.mtimeNs) }
}

function fail(path: string, error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException
  const why =
    code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'no permission to read it' : message
  throw new InputError(`@actionlog/cli: cannot read ${path}: ${why}`)
}
