import { spawn } from 'node:child_process'

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

interface Options {
  cwd?: string
  env?: Record<string, string | undefined>
}

// NODE_PATH: under pnpm's commands more packages are visible than a program by itself would see
const UNSET = {
  NODE_PATH: undefined,
  ACTION_LOG_SETTING: undefined,
  CI: undefined,
  NO_COLOR: undefined,
  FORCE_COLOR: undefined,
}

/** Runs ES module source, or a file, in a Node process of its own; the source can import this package by name. */
export function runNode(source: string | URL, options?: Options): Promise<Ended> {
  const args = source instanceof URL ? [source.pathname] : ['--input-type=module', '--eval', source]
  return run(process.execPath, args, options)
}

/** Runs a command and collects what it writes. */
export function run(command: string, args: readonly string[], { cwd, env }: Options = {}): Promise<Ended> {
  const child = spawn(command, args, {
    cwd: cwd ?? new URL('..', import.meta.url).pathname,
    env: { ...process.env, ...UNSET, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended: Ended = { code: null, stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    ended.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    ended.stderr += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ ...ended, code }))
  })
}
