import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { program } from '../../packages/handler-fluentd/test/fixtures/fluentd.js'
import { freePort } from '../../packages/handler-fluentd/test/fixtures/free-port.js'
import { describeWithFluentd } from './fixtures/pipeline.js'

const root = join(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'deploy/README.md'), 'utf8')
const wait = { timeout: 60_000, interval: 50 }

/** The command of the README that holds `text`, with other ports and folders. Fails if it lacks one of them. */
function command(text: string, replace: Readonly<Record<string, string>>): string {
  const [found] = [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, code]) =>
    code?.includes(text) ? [code] : [],
  )
  return Object.entries(replace).reduce((edited, [from, to]) => {
    assert.include(edited, from)
    return edited.replaceAll(from, to)
  }, String(found))
}

/** Runs it until the test ends. */
function run(command: string, env: NodeJS.ProcessEnv = {}): { child: ChildProcess; out: () => string } {
  const child = spawn('sh', ['-ec', command], {
    cwd: root,
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (out += chunk))
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      process.kill(-(child.pid as number), 'SIGTERM')
      await once(child, 'exit')
    }
  })
  return { child, out: () => out }
}

describeWithFluentd('the README', () => {
  test('leads from the blog to documents in the endpoint', async () => {
    const data = mkdtempSync(join(tmpdir(), 'actionlog-readme-'))
    onTestFinished(() => rmSync(data, { recursive: true, force: true }))
    const [search, port] = [await freePort(), await freePort()]
    const endpoint = run(
      command('start.mjs', { 'start.mjs': `start.mjs ${search}`, 'node ': `exec ${process.execPath} ` }),
    )
    await vi.waitFor(() => assert.include(endpoint.out(), 'listens'), wait)
    const fluentd = run(
      command('fluentd -c', { '/tmp/actionlog': data, 'fluentd -c': `exec "${program}" -c` }),
      { SEARCH_URL: `http://127.0.0.1:${search}`, ACTIONLOG_PORT: String(port) },
    )
    await vi.waitFor(() => assert.include(fluentd.out(), 'worker is now running'), wait)
    run(
      command('npm start', {
        '"fluentd"': `"fluentd", "port": ${port}`,
        'npm start': `exec ${process.execPath} examples/blog/dist/start.js`,
      }),
      { PORT: String(await freePort()), DATABASE_URL: `file:${join(data, 'blog.db')}` },
    )
    const [shown = ''] = /^actionlog-footprint-\S+ {2}\{.*$/m.exec(readme) ?? []
    const [fields = ''] = /\{.*"method"/.exec(shown) ?? []
    const names = [...fields.matchAll(/"(\w+)":/g)].map(([, name]) => name)
    await vi.waitFor(() => {
      const line = /^actionlog-footprint-\d{4}\.\d\d\.\d\d {2}(\{.*\})$/m.exec(endpoint.out())?.[1]
      assert.deepEqual(Object.keys(JSON.parse(line ?? '{}')).slice(0, names.length), names)
    }, wait)
  })
})
