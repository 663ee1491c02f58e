import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sampleLog } from './sample-log.ts'

const BIN = fileURLToPath(new URL('../../bin/actionlog.js', import.meta.url))

const folder = mkdtempSync(join(tmpdir(), 'actionlog-open-test-'))
const calls = join(folder, 'calls')
afterAll(() => rmSync(folder, { recursive: true }))

// Whatever `open` tries on this system, it finds a program that writes its name, arguments and environment down
for (const name of ['browser', 'xdg-open', 'run-mailcap', 'mimeopen', 'gio', 'x-www-browser']) {
  writeFileSync(join(folder, name), `#!/bin/sh\nprintf '%s\\n' "$0" "$@" >> '${calls}'\nenv >> '${calls}'\n`)
  chmodSync(join(folder, name), 0o755)
}

async function run(env: Record<string, string>): Promise<string> {
  const file = join(folder, 'my_action.log')
  writeFileSync(
    file,
    sampleLog(3)
      .map((record) => `${JSON.stringify(record)}\n`)
      .join(''),
  )
  const child = spawn(process.execPath, [BIN, 'dashboard', '--open', file], {
    env: { ...process.env, ...env },
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  try {
    await expect.poll(() => output).toContain('#key=')
    await expect.poll(() => existsSync(calls) || output.includes('No browser')).toBe(true)
  } finally {
    child.kill('SIGTERM')
  }
  expect(await once(child, 'close')).toEqual([0, null])
  return output
}

test.skipIf(process.platform !== 'linux')(
  '--open: no program gets the key; a file that only its owner can read leads to the page, and is removed',
  async () => {
    let opened = { mode: 0, text: '' }
    const watching = setInterval(() => {
      const path = existsSync(calls)
        ? /\S*actionlog-open-\S*\.html/.exec(readFileSync(calls, 'utf8'))?.[0]
        : undefined
      const file = path?.replace('file://', '')
      if (file && opened.text === '' && existsSync(file))
        opened = { mode: statSync(file).mode & 0o777, text: readFileSync(file, 'utf8') }
    }, 5)
    const output = await run({
      PATH: `${folder}${delimiter}${process.env.PATH}`,
      BROWSER: join(folder, 'browser'),
      DISPLAY: '',
      WAYLAND_DISPLAY: '',
      XDG_CURRENT_DESKTOP: '',
    })
    clearInterval(watching)
    const key = /#key=([\w-]+)/.exec(output)?.[1] as string
    const told = readFileSync(calls, 'utf8')
    expect(told).not.toContain(key)
    expect(opened.mode).toBe(0o600)
    expect(opened.text).toContain(`/#key=${key}"`)
    const file = /\S*actionlog-open-\S*\.html/.exec(told)?.[0].replace('file://', '') as string
    expect(existsSync(file)).toBe(false)
  },
)
