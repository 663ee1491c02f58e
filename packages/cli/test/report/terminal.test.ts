import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import stringWidth from 'string-width'
import { BIN, folderWith, runCli } from '../run-cli.js'
import { shopLog } from '../seeded-log.js'

// In a real pseudo-terminal, which tmux gives us.

const shop = shopLog(600)
const wide = { ...shop.requests[0], view_name: 'GET /記事/👩‍👩‍👧/:id', user: '田中さん', total_time: 60_000 }
const folder = folderWith({ 'shop.log': `${shop.text}${JSON.stringify(wide)}\n` })
const log = join(folder, 'shop.log')
const hasTmux = spawnSync('tmux', ['-V']).status === 0
if (!hasTmux) console.log('tmux is not here: the tests in a pseudo-terminal are left out')

let sessions = 0

/** Runs the command in a terminal of so many columns. @returns what the screen shows, with or without its colours */
async function inTerminal(
  width: number,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ plain: string[]; colored: string }> {
  const socket = `actionlog-${process.pid}-${sessions++}`
  const tmux = (...words: string[]): string =>
    execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...words], { encoding: 'utf8' })
  const quoted = [process.execPath, BIN, ...args]
    .map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
    .join(' ')
  const variables = Object.entries({ TZ: 'UTC', LANG: 'C.UTF-8', ...env }).map(
    ([name, value]) => `${name}='${value}'`,
  )
  tmux(
    '-u',
    'new-session',
    '-d',
    '-x',
    String(width),
    '-y',
    '120',
    `${variables.join(' ')} ${quoted}; echo "exit code $?"; sleep 600`,
  )
  try {
    await vi.waitUntil(() => tmux('capture-pane', '-p').includes('exit code '), {
      timeout: 60_000,
      interval: 100,
    })
    return {
      plain: tmux('capture-pane', '-p').trimEnd().split('\n'),
      colored: tmux('capture-pane', '-p', '-e'),
    }
  } finally {
    tmux('kill-server')
  }
}

describe.runIf(hasTmux)('in a terminal', () => {
  test.each([60, 80, 160])('no line is broken at %i columns', async (width) => {
    const { plain } = await inTerminal(width, ['report', log])
    expect(plain.at(-1)).toBe('exit code 0')
    for (const line of plain) expect(stringWidth(line)).toBeLessThanOrEqual(width)
    const header = plain.findIndex((line) => /^view +waiting/.test(line))
    const table = plain.slice(header, header + 8)
    expect(table[1]).toMatch(/^GET \/記事/)
    // the column behind the wide characters stands where it does in the other rows
    const end = table[0]?.indexOf('waiting') as number
    for (const line of table) expect(columnsBefore(line, end + 'waiting'.length)).toBe(true)
  })

  test('wider terminals show more columns', async () => {
    const headers = []
    for (const width of [60, 80, 160]) {
      const { plain } = await inTerminal(width, ['report', 'views', log])
      headers.push(
        plain
          .find((line) => /^view +waiting/.test(line))
          ?.trim()
          .split(/ {2,}/) ?? [],
      )
    }
    expect(headers[0]).toEqual(expect.arrayContaining(['view', 'waiting', 'requests', 'p95']))
    expect(headers[1]?.length).toBeGreaterThan(headers[0]?.length as number)
    expect(headers[2]).toEqual(expect.arrayContaining(['p50', 'p99', 'SQL/req', 'mean over time']))
  })

  test('colours are there, unless NO_COLOR is set', async () => {
    expect((await inTerminal(80, ['report', log])).colored).toContain('\u001b[')
    expect((await inTerminal(80, ['report', log], { NO_COLOR: '1' })).colored).not.toContain('\u001b[')
  })
})

/** Whether a cell ends at that column: what follows is a space or nothing. */
function columnsBefore(line: string, end: number): boolean {
  let width = 0
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    if (width === end) return segment === ' '
    width += stringWidth(segment)
  }
  return width <= end
}

test('without a terminal there is no colour', async () => {
  expect((await runCli(['report', log])).stdout).not.toContain('\u001b')
})

test('a reader that goes away ends the command without a word', async () => {
  const shell = spawn('sh', ['-c', `"$0" "$1" report "$2" | head -1`, process.execPath, BIN, log])
  let [stdout, stderr] = ['', '']
  shell.stdout.on('data', (data) => (stdout += data))
  shell.stderr.on('data', (data) => (stderr += data))
  await once(shell, 'close')
  expect(stdout).toContain('shop.log')
  expect(stderr).toBe('')
})

test('Ctrl-C ends it in the middle of a query', async () => {
  const endless =
    'SELECT count(*) FROM range(10000000000) a, range(1000000) b WHERE a.range % 7 = b.range % 11'
  const child = spawn(process.execPath, [BIN, 'report', '--sql', endless, log])
  let stderr = ''
  child.stderr.on('data', (data) => (stderr += data))
  await vi.waitUntil(() => cpuTicks(child.pid as number) > 300, { timeout: 60_000, interval: 50 }) // it is at it
  child.kill('SIGINT')
  await once(child, 'close')
  expect(child.exitCode).toBe(130)
  expect(stderr).toBe('')
})

/** How much CPU a process took, in hundredths of a second. */
function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return Number(fields[11]) + Number(fields[12])
}
