import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

/** Starts `actionlog dashboard` and opens a session, as a browser does. */
export async function startDashboard(file, ...args) {
  const node = ['--expose-gc', '--import', here('probe.js')]
  const command = [...node, here('../../packages/cli/bin/actionlog.js'), 'dashboard', file, ...args]
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  while (!output.includes('#key=')) await once(child.stdout, 'data')
  const [, origin, key] = /(http:\S+)\/#key=(\S+)/.exec(output)
  const response = await fetch(`${origin}/session`, { method: 'POST', body: JSON.stringify({ key }) })
  const headers = { cookie: response.headers.get('set-cookie').split(';')[0] }
  return {
    /** @returns the answer, and the milliseconds until it was there */
    async ask(name, scope = {}, options = {}) {
      const query = new URLSearchParams({ scope: JSON.stringify(scope), options: JSON.stringify(options) })
      const start = performance.now()
      const answer = await fetch(`${origin}/api/${name}?${query}`, { headers })
      const body = await answer.json()
      if (!answer.ok) throw new Error(`${name}: ${body.error}`)
      return { answer: body, ms: performance.now() - start }
    },
    /** Gives each progress of the log, until the loop over it ends. */
    async *progress() {
      const { body } = await fetch(`${origin}/api/live`, { headers })
      let text = ''
      for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
        const events = (text + chunk).split('\n\n')
        text = events.pop()
        for (const event of events) yield JSON.parse(event.replace(/^data: /, ''))
      }
    },
    /** The longest time that the event loop was blocked since the last call, and the heap after a collection. */
    async probe() {
      child.send('probe')
      const [answer] = await once(child, 'message')
      return answer
    },
    highestMB: () => statusMB('VmHWM'),
    residentMB: () => statusMB('VmRSS'),
    openFiles: () => readdirSync(`/proc/${child.pid}/fd`).length,
    async close() {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }

  function statusMB(name) {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1_024
  }
}
