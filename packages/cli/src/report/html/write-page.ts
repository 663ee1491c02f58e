import { closeSync, openSync, readSync, statSync, writeFileSync } from 'node:fs'
import { UsageError } from '../../usage-error.js'

const START = '<!doctype html>'

/**
 * Writes the page to the file, which must be new or a page already: a mixed-up argument must not overwrite a log.
 * @throws UsageError
 */
export function writePage(file: string, page: string): void {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats && !stats.isFile()) throw new UsageError(`--html ${file}: this is not a file; choose another one`)
  if (!isNewOrPage(file))
    throw new UsageError(`--html ${file}: this file exists and is not an HTML page; choose another file`)
  try {
    writeFileSync(file, page)
  } catch (error) {
    throw new UsageError(`--html ${file}: cannot write: ${(error as Error).message}`)
  }
}

function isNewOrPage(file: string): boolean {
  try {
    const descriptor = openSync(file, 'r')
    const start = Buffer.alloc(START.length)
    const bytes = readSync(descriptor, start)
    closeSync(descriptor)
    return bytes === 0 || start.toString('latin1', 0, bytes).toLowerCase() === START
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}
