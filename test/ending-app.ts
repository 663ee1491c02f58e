import { spawn } from 'node:child_process'
import { Agent, get } from 'node:http'
import { fileURLToPath } from 'node:url'

const APP = fileURLToPath(new URL('fixtures/ending-app.mjs', import.meta.url))

/** How an app ended, and which requests it had answered by then. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly answered: Set<number>
  readonly stdout: string
  readonly stderr: string
}

/** What an app is told to be. */
export interface AppOptions {
  /** Its `ACTION_LOG_SETTING`; without it the app has no action log. */
  readonly log?: object
  /** What it does with the signal, by its name in the fixture. */
  readonly does?: string
  readonly signal: NodeJS.Signals
  /** Options of Node, before the program. */
  readonly node?: readonly string[]
}

/** Starts the app, sends it requests over eight connections without a pause, and the signal in the middle of them. */
export async function endUnderLoad({ log, does = 'nothing', signal, node = [] }: AppOptions): Promise<Ended> {
  const env = {
    ...process.env,
    APP: does,
    SIGNAL: signal,
    LOG: log && JSON.stringify(log),
    VITEST: undefined,
  }
  const child = spawn(process.execPath, [...node, APP], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  const port = new Promise<number>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text
      const found = /^port (\d+)$/m.exec(stderr)
      if (found) resolve(Number(found[1]))
    })
  })
  const ended = new Promise<Pick<Ended, 'code' | 'signal'>>((resolve) => {
    child.on('close', (code, by) => resolve({ code, signal: by }))
  })
  const answered = await loadUntilEnd(await port, (count) => {
    if (count === 300) child.kill(signal)
  })
  return { ...(await ended), answered, stdout, stderr }
}

/** The numbers of the requests that were answered, once no connection can be made any more. */
async function loadUntilEnd(port: number, onAnswer: (count: number) => void): Promise<Set<number>> {
  const agent = new Agent({ keepAlive: true })
  const answered = new Set<number>()
  let next = 0
  const ask = (id: number): Promise<boolean> =>
    new Promise((resolve) => {
      get({ port, agent, host: '127.0.0.1', path: `/?id=${id}` }, (response) => {
        response
          .resume()
          .on('end', () => resolve(true))
          .on('error', () => resolve(false))
      }).on('error', () => resolve(false))
    })
  const client = async (): Promise<void> => {
    for (let id = next++; await ask(id); id = next++) {
      answered.add(id)
      onAnswer(answered.size)
    }
  }
  await Promise.all(Array.from({ length: 8 }, client))
  agent.destroy()
  return answered
}
