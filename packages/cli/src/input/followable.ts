import { statSync } from 'node:fs'
import { InputError } from './input-error.js'

/**
 * Refuses pipes and devices, which cannot be followed: nothing in them stays at its place.
 * @throws InputError
 */
export function checkFollowable(paths: readonly string[]): void {
  for (const path of paths) {
    const stats = path === '-' ? undefined : statSync(path, { throwIfNoEntry: false })
    if (stats && !stats.isFile() && !stats.isDirectory())
      throw new InputError(
        `@actionlog/cli: cannot follow ${path}: it is a pipe or a device; redirect it to -`,
      )
  }
}
