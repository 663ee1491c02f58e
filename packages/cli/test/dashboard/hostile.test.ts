import type { Page } from 'playwright-core'
import { hasNoBrowser, useDashboard, visit } from './browser.ts'
import { START } from './sample-log.ts'

const MARKUP = `"><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`
const LINK = `javascript:document.title='owned'`

/** A log that a client, or who may write to it, has filled with all that could do harm. */
const HOSTILE = [
  MARKUP,
  LINK,
  '=cmd|calc',
  '\u202eevil',
  '{{7*7}}',
  '%00%0d%0a',
  '!',
  '\\',
  '__proto__',
].flatMap((text, i) => [
  {
    time: new Date(START + i * 1_000).toISOString(),
    label_name: 'footprint',
    request_id: text,
    method: text,
    url: text,
    view_name: text,
    status_code: 500,
    user: text,
    remote_ip: text,
    user_agent: text,
    sql_count: 9,
    sql_time: 1,
    node_time: 1,
    total_time: 2,
    ex_type: text,
    ex_message: text,
    sql_slowest: text,
    sql_repeat: text,
    sql_repeat_count: 9,
    extra: { [text]: text, version: text },
  },
  {
    time: new Date(START + i * 1_000).toISOString(),
    label_name: text,
    request_id: text,
    user: text,
    [text]: text,
    html: MARKUP,
  },
])

describe.skipIf(hasNoBrowser)('a hostile log', () => {
  const opened = useDashboard(HOSTILE)
  let page: Page
  beforeAll(() => {
    page = opened.page
  })

  test.each([
    '#/',
    '#/errors',
    '#/repeats',
    '#/ranking?by=url',
    '#/ranking?by=user_agent',
    '#/users',
    '#/labels',
    '#/compare',
  ])('is text on %s', async (hash) => {
    await visit(page, hash)
    await expectHarmless()
  })

  test.each([MARKUP, LINK, '!', '\\', '__proto__'])(
    'is text, and found, as view, request, user and title: %s',
    async (text) => {
      const literal = /^[!\\]/.test(text) ? `\\${text}` : text
      await visit(page, `#/view?${new URLSearchParams({ view: literal })}`)
      expect(await page.locator('h1').textContent()).toBe(text)
      expect(await page.locator('.card dd').first().textContent()).toBe('1')
      await expectHarmless()
      await visit(page, `#/request?${new URLSearchParams({ rid: text })}`)
      expect(await page.locator('.headline').innerText()).toContain(text.slice(0, 20))
      await expectHarmless()
      await visit(page, `#/users?${new URLSearchParams({ user: literal, trail: text })}`)
      await expectHarmless()
    },
  )

  test('a spreadsheet runs nothing of what is saved', async () => {
    await visit(page, '#/ranking?by=user')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as CSV' }).first().click(),
    ])
    let csv = ''
    for await (const chunk of await download.createReadStream()) csv += chunk
    expect(csv).toContain(`"'=cmd|calc"`)
    expect(csv).not.toMatch(/(^|,)"?[=+@-]/m)
  })

  async function expectHarmless(): Promise<void> {
    expect(await page.title()).toMatch(/· Action log$/)
    expect(await page.locator('main img, main script, main iframe').count()).toBe(0)
    const links = await page
      .locator('a[href]')
      .evaluateAll((all) => all.map((link) => (link as unknown as { protocol: string }).protocol))
    expect(new Set(links)).toEqual(new Set(['http:']))
    expect(opened.complaints.splice(0)).toEqual([])
  }
})
