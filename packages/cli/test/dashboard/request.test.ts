import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { hasNoBrowser, settle, useDashboard, visit } from './browser.ts'
import { END, type SampleRecord, sampleLog } from './sample-log.ts'
import { WHOLE_RECORD } from './whole-record.ts'

const BIN = fileURLToPath(new URL('../../bin/actionlog.js', import.meta.url))

/** Ids that would do something to a shell or a terminal, if they were not quoted. */
const HOSTILE_IDS = [
  `it's "quoted"`,
  '$(touch pwned)',
  '`touch pwned`; touch pwned & touch pwned | touch pwned > pwned',
  '-- --help',
  '--limit=1',
  '!! !x *?~#{a,b}[c]\\',
  `line\ntouch pwned\n`,
  `'\u001b[201~\u0003\rtouch pwned\n'\\`,
  'tab\tbell\u0007 ü 🎉 \u202eevil',
]

describe.skipIf(hasNoBrowser)('the screen of a request', () => {
  const folder = mkdtempSync(join(tmpdir(), 'actionlog-request-'))
  const file = `it's my $HOME log.jsonl`
  const records: SampleRecord[] = [
    ...sampleLog(400),
    WHOLE_RECORD,
    ...HOSTILE_IDS.map((request_id, i) => ({
      ...WHOLE_RECORD,
      request_id,
      user: request_id,
      time: new Date(END - 4_000 + i * 100).toISOString(),
    })),
  ]
  const opened = useDashboard(records, {
    files: [file],
    context: { permissions: ['clipboard-read', 'clipboard-write'] },
  })
  let page: Page
  beforeAll(() => {
    writeFileSync(join(folder, file), records.map((record) => `${JSON.stringify(record)}\n`).join(''))
    page = opened.page
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })
  afterEach(() => expect(opened.complaints.splice(0)).toEqual([]))

  const openRequest = (id: string): Promise<void> =>
    visit(page, `#/request?${new URLSearchParams({ rid: id })}`)
  const copy = async (name: string): Promise<string> => {
    await page.getByRole('button', { name }).click()
    await page.getByText('copied.').waitFor()
    return page.evaluate('navigator.clipboard.readText()')
  }
  const field = (name: string): Promise<string> =>
    page
      .locator('.record > div', { has: page.getByText(name, { exact: true }) })
      .locator('dd')
      .innerText()

  test('shows every field that the record has, those that actionlog does not know, too', async () => {
    await openRequest('whole-1')
    const names = await page.locator('.record dt').allInnerTexts()
    const { extra, ...own } = WHOLE_RECORD
    expect(names.toSorted()).toEqual(
      [...Object.keys(own), ...Object.keys(extra as object).map((key) => `extra.${key}`)].toSorted(),
    )
    expect(await field('region')).toBe('eu-1')
    expect(await field('unknown <b>field</b>')).toBe('kept')
    expect(await field('extra.note')).toContain('empty')
    expect(JSON.parse(await field('k8s'))).toEqual(WHOLE_RECORD.k8s)
    expect(JSON.parse(await field('extra.cart'))).toEqual({ items: 3, gift: true })
    expect(await field('trace_id')).toContain(WHOLE_RECORD.trace_id)
    expect(await field('span_id')).toContain(WHOLE_RECORD.span_id)
    expect(await field('aborted')).toContain('true')
    expect(await field('head_time')).toBe('51.5 ms')
    expect(await field('time')).toBe('2026-11-22 11:59:55.000')
  })

  test('a stack is a block of text, line by line, in which nothing acts', async () => {
    await openRequest('whole-1')
    const stack = page.locator('.record pre', { hasText: 'pay.js:12:7' })
    const lines = (await stack.innerText()).split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[1]).toBe('    at pay (/srv/shop/pay.js:12:7)')
    expect(lines[2]).toContain('<img src=x onerror="alert(1)">')
    expect(lines[3]).toContain('\\u001b[31mred')
    expect(await page.locator('main img').count()).toBe(0)
  })

  test('a field that every footprint has is shown without a value, too; others are left out', async () => {
    await openRequest('req-000001')
    const names = await page.locator('.record dt').allInnerTexts()
    expect(names).toEqual(expect.arrayContaining(['user', 'user_agent', 'sql_count']))
    expect(names).not.toContain('ex_stack')
    expect(names).not.toContain('trace_id')
  })

  test('the trail shows what happened around the request, whatever filter led to it', async () => {
    await visit(page, '#/request?rid=whole-1&status=500&q=spring&user=ada')
    const steps = await page.locator('.trail .step').count()
    expect(steps).toBeGreaterThan(10)
    await visit(page, '#/request?rid=whole-1')
    expect(await page.locator('.trail .step').count()).toBe(steps)
  })

  test('copied as JSON it is the record of the log', async () => {
    await openRequest('whole-1')
    expect(JSON.parse(await copy('Copy as JSON'))).toEqual(WHOLE_RECORD)
  })

  test.each(['whole-1', ...HOSTILE_IDS])(
    'the copied command runs in a shell and shows the same trail: %j',
    async (id) => {
      await openRequest(id)
      await settle(page)
      const aside = await page.locator('section[aria-label^="Trail"] .aside').innerText()
      const steps = await page.locator('.trail .step').count()
      const command = await copy('Copy as a report command')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a terminal would obey
      expect(command).not.toMatch(/[\u0000-\u001f\u007f\u202e]/)
      const shell = `npx() { shift; '${process.execPath}' '${BIN}' "$@" --json; }\n${command}`
      const { stdout, stderr, status } = spawnSync('bash', ['-c', shell], { cwd: folder, encoding: 'utf8' })
      expect(stderr).toBe('')
      expect(status).toBe(0)
      const { requests, actions, steps: shown } = JSON.parse(stdout).trail
      expect(aside).toBe(
        `${requests} request${requests === 1 ? '' : 's'}, ${actions} labelled record${actions === 1 ? '' : 's'}`,
      )
      expect(shown).toHaveLength(steps)
      expect(readdirSync(folder)).toEqual([file])
      expect(existsSync('pwned')).toBe(false)
    },
  )
})
