import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

export interface PageFile {
  readonly type: string
  readonly bytes: Buffer
}

/** The built page, by its addresses: a handful of small files, so that no path from a request reaches the disk. */
export async function readPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const folder = fileURLToPath(new URL('../page/', import.meta.url))
  const names = await readdir(folder, { recursive: true })
  const files = names
    .filter((name) => extname(name) in TYPES)
    .map(async (name): Promise<[string, PageFile]> => {
      const path = name === 'index.html' ? '/' : `/${name.replaceAll('\\', '/')}`
      return [path, { type: TYPES[extname(name)] as string, bytes: await readFile(join(folder, name)) }]
    })
  return new Map(await Promise.all(files))
}
