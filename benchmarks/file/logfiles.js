import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The files in which a sink has put the lines it was to write to `log`, the oldest first. */
export function logfiles(folder) {
  const names = readdirSync(folder).filter((name) => name.startsWith('log'))
  return names.sort().map((name) => join(folder, name))
}
