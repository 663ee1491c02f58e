import { messageOf } from './errors.js'
import { escapeControls } from './record/escape.js'

/** Prints an error on stderr, as one line. Never throws: an app may have replaced `console.error()`, so that its tests fail. */
export function printError(error: unknown, prefix = ''): void {
  try {
    console.error(escapeControls(prefix + messageOf(error)))
  } catch {
    // there is nowhere else to say it
  }
}
