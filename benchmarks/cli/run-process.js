import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

const TICKS_A_SECOND = 100
const POLL_MS = 20

/**
 * Runs a program to its end, its output thrown away.
 * @returns seconds, CPU seconds and the highest memory in MB; the last two by /proc, so 0 where there is none
 */
export async function runProcess([program, ...args]) {
  const start = performance.now()
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  let cpu = 0
  let memory = 0
  const timer = setInterval(() => {
    try {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ')
      cpu = (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
      memory =
        Number(
          /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? memory * 1_024,
        ) / 1_024
    } catch {
      // it has ended
    }
  }, POLL_MS)
  const code = await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject))
  clearInterval(timer)
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${stderr.slice(0, 500)}`)
  return { seconds: (performance.now() - start) / 1_000, cpu, memory }
}
