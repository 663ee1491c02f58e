import type { Page } from 'playwright-core'
import { hasNoBrowser, settle, useDashboard, visit } from './browser.ts'
import { FAULT, sampleLog } from './sample-log.ts'

const MINUTE = 60_000
/** A quarter of an hour in which a search takes a second. */
const RECORDS = sampleLog().map((record) => {
  const time = Date.parse(String(record.time))
  const isBad = record.view_name === 'GET /search' && time >= FAULT && time < FAULT + 10 * MINUTE
  return isBad ? { ...record, total_time: 1_000, node_time: 940 } : record
})

describe.skipIf(hasNoBrowser)('the first screen', () => {
  const opened = useDashboard(RECORDS)
  let page: Page
  beforeAll(() => {
    page = opened.page
  })
  afterEach(() => expect(opened.complaints.splice(0)).toEqual([]))

  const panel = () => page.locator('section[aria-label="When was a view far slower than usual?"]')

  test('says when a view was far slower than usual, and leads there', async () => {
    await visit(page, '#/')
    const lines = await panel().locator('li').allInnerTexts()
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(
      /11-22 11:0\d – 11:1\d GET \/search p95 1\.00 s, usually 1\d\d ms \(\d+ of \d+ requests\)$/,
    )
    await panel().locator('li a').click()
    await page.getByRole('heading', { level: 1, name: 'GET /search' }).waitFor()
    await settle(page)
    const params = new URLSearchParams(page.url().split('?')[1])
    expect(Number(params.get('from'))).toBeLessThan(FAULT)
    expect(Number(params.get('until'))).toBeGreaterThan(FAULT + 10 * MINUTE)
  })

  test('says that nothing was, and of how many requests', async () => {
    await visit(page, `#/?until=${FAULT}&from=${FAULT - 60 * MINUTE}`)
    expect(await panel().innerText()).toMatch(/Never, beyond noise: [\d,]+ requests of \d views/)
  })
})
