import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ActionLogRecord, Footprint } from '@actionlog/koa'
import { afterAll, vi } from 'vitest'

const START = join(import.meta.dirname, '../dist/start.js')

export interface RunningBlog {
  url: string
  /** Sends SIGTERM and waits for the end. */
  stop(): Promise<{ exitCode: number | null; stdout: string; stderr: string }>
}

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }) // a busy machine starts a process slowly

const cleanUps: (() => void)[] = []
afterAll(() => {
  for (const cleanUp of cleanUps.reverse()) cleanUp()
})

/** A folder that is removed after the tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'blog-'))
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/**
 * Starts the built blog as `npm start` does, with a database and a log file of its own, and waits until its first visit
 * is over. Without a setting, the blog chooses.
 */
export async function startBlog(setting: object | undefined, port = 0): Promise<RunningBlog> {
  const blog = spawn(process.execPath, [START], {
    env: {
      ...process.env,
      PORT: String(port),
      DATABASE_URL: `file:${join(temporaryFolder(), 'blog.db')}`,
      LOGFILE: join(temporaryFolder(), 'action.log'),
      ACTION_LOG_SETTING: setting ? JSON.stringify(setting) : '',
    },
  })
  let stdout = ''
  let stderr = ''
  blog.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
  blog.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  const closed = once(blog, 'close')
  cleanUps.push(() => blog.kill('SIGKILL'))

  const url = await new Promise<string>((resolve, reject) => {
    blog.stderr.on('data', () => {
      const [found] = /http:\S+(?=[\s\S]*Ctrl-C)/.exec(stderr) ?? []
      if (found) resolve(found)
    })
    closed.then(() => reject(new Error(`The blog did not start:\n${stderr}`)), reject)
  })
  return {
    url,
    async stop() {
      blog.kill('SIGTERM')
      await closed
      return { exitCode: blog.exitCode, stdout, stderr }
    },
  }
}

export function parseRecords(lines: string): ActionLogRecord[] {
  return lines
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
}

export function isFootprint(record: ActionLogRecord): record is Footprint {
  return record.label_name === 'footprint'
}

/** A user logs in: the cookie of his session. */
export async function logIn(blog: RunningBlog, name: string): Promise<string> {
  const response = await fetch(`${blog.url}/login`, {
    method: 'POST',
    body: new URLSearchParams({ name }),
    redirect: 'manual',
  })
  const cookies = response.headers.getSetCookie().map((line) => line.split(';', 1)[0])
  return cookies.join('; ')
}
