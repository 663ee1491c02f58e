import { rmSync } from 'node:fs'
import { packedFolder } from './packed.ts'

/** vitest's global setup: at the end of the run, removes the packed packages. */
export function teardown(): void {
  rmSync(packedFolder(process.pid), { recursive: true, force: true })
}
