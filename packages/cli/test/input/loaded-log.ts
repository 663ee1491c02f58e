import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Loaded, type LoadOptions, load } from '../../dist/input/load.js'
import { type OpenStore, openStore } from '../../dist/store/open.js'

/** A folder that is removed by `remove()`. */
export function logFolder(): {
  path: string
  write(name: string, content: string | Buffer): string
  remove(): void
} {
  const path = mkdtempSync(join(tmpdir(), 'cli-input-'))
  return {
    path,
    write(name, content) {
      writeFileSync(join(path, name), content)
      return join(path, name)
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

export interface LoadedLog extends Loaded {
  requests: Record<string, unknown>[]
  actions: Record<string, unknown>[]
  rejected: { file: string; byte_offset: number; line: number; reason: string; text: string }[]
}

/** Loads files into a store of their own and gives what is in it. */
export async function loadAll(paths: readonly string[], options: LoadOptions = {}): Promise<LoadedLog> {
  const store: OpenStore = await openStore()
  try {
    const loaded = await load(store, paths, options)
    const actions = await store.query<{ fields: string }>('SELECT fields FROM actions ORDER BY id')
    return {
      ...loaded,
      requests: await store.query('SELECT * FROM requests ORDER BY id'),
      actions: actions.map(({ fields }) => JSON.parse(fields)),
      rejected: await store.query('SELECT * FROM rejected ORDER BY byte_offset'),
    }
  } finally {
    await store.close()
  }
}
