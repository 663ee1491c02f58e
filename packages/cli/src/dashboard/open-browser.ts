import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import open from 'open'

/** Browsers start slowly. */
const READ_MS = 30_000

/**
 * Opens the address in the reader's browser, by a private file that leads there: everybody on the machine sees the
 * arguments of a command, and the address holds the key. The file is removed after half a minute.
 * @throws Error if there is no program that opens a browser
 */
export async function openBrowser(url: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'actionlog-open-')) // of mode 0700
  const file = join(folder, 'dashboard.html')
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  writeFileSync(file, `<!doctype html><meta http-equiv="refresh" content="0;url=${url}">\n`, { mode: 0o600 })
  process.once('exit', remove)
  setTimeout(() => {
    process.off('exit', remove)
    remove()
  }, READ_MS).unref()
  await open(pathToFileURL(file).href)
}
