import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Runs a command as process 1 of a PID namespace of its own, as a container does. */
export const asProcess1: readonly string[] = [
  'unshare',
  '--pid',
  '--fork',
  '--mount-proc',
  '--kill-child',
  '--',
]

/** Whether this user may do that. */
export function canBeProcess1(): boolean {
  const [command, ...args] = [...asProcess1, 'true']
  return spawnSync(command as string, args).status === 0
}

/** The only child of a process. */
export function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'))
}
