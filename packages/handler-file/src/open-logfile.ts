import { existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ActionLogError, messageOf } from '@actionlog/core'

const MODE = 0o640

/**
 * Opens a file to append to; makes its folders where they are missing.
 * @returns the file descriptor
 * @throws ActionLogError `handler_failed` if that is not possible
 */
export function openLogfile(logfile: string): number {
  const path = resolve(logfile)
  const folder = dirname(path)
  try {
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true })
    return openSync(path, 'a', MODE)
  } catch (error) {
    throw new ActionLogError(
      'handler_failed',
      `@actionlog/handler-file: options.logfile "${logfile}" cannot be opened: ${messageOf(error)}`,
      { cause: error },
    )
  }
}
