import type { Locator, Page } from 'playwright-core'
import { hasNoBrowser, useDashboard, visit } from './browser.ts'
import { END, type SampleRecord, START, sampleLog } from './sample-log.ts'

const HALF = (START + END) / 2
/** A view that is seldom asked for, and slow from the middle on. */
const RARE = Array.from({ length: 34 }, (_, i): SampleRecord => {
  const isAfter = i >= 30
  const time = isAfter ? HALF + (i - 29) * 60_000 : START + i * 120_000
  const total_time = isAfter ? 2_000 + i : 20 + i
  return {
    time: new Date(time).toISOString(),
    label_name: 'footprint',
    request_id: `rare-${i}`,
    method: 'GET',
    url: '/rare',
    view_name: 'GET /rare',
    status_code: 200,
    total_time,
    sql_time: 1,
    node_time: total_time - 1,
  }
})
/** A view whose median falls a little while its slowest tenth becomes far slower. */
const TAIL = Array.from({ length: 600 }, (_, i): SampleRecord => {
  const isAfter = i % 2 === 1
  const total_time = (100 + (i % 37)) * (isAfter ? 0.95 : 1) * (isAfter && i % 18 === 1 ? 12 : 1)
  return {
    time: new Date((isAfter ? HALF : START) + (Math.floor(i / 2) / 300) * (HALF - START)).toISOString(),
    label_name: 'footprint',
    request_id: `tail-${i}`,
    method: 'GET',
    url: '/tail',
    view_name: 'GET /tail',
    status_code: 200,
    total_time,
    sql_time: 1,
    node_time: total_time - 1,
  }
})

describe.skipIf(hasNoBrowser)('the comparison', () => {
  const opened = useDashboard([...sampleLog(2_000), ...RARE, ...TAIL])
  let page: Page
  beforeAll(() => {
    page = opened.page
  })
  afterEach(() => expect(opened.complaints.splice(0)).toEqual([]))

  const row = (label: string, view: string): Locator =>
    page.locator(`.scroll[aria-label="${label}"] tbody tr`, { hasText: view })

  test('shows a large change that only a few requests show, with how many there are, and claims nothing', async () => {
    await visit(page, `#/compare?at=${HALF}`)
    const hint = await row('Large changes in few requests', 'GET /rare').innerText()
    expect(hint).toContain('p50 34.5 ms → 2.03 s')
    expect(hint).toContain('4 requests')
    expect(hint).toContain('30 → 4')
    expect(await row('Most regressed', 'GET /rare').count()).toBe(0)
    const verdict = row('All views', 'GET /rare').locator('.change').first()
    expect(await verdict.innerText()).toBe('unsure')
    expect(await verdict.getAttribute('title')).toContain('Too few')
  })

  test('a verdict names the figure that it judges', async () => {
    await visit(page, `#/compare?at=${HALF}`)
    const verdict = row('All views', 'GET /tail').locator('.change').first()
    expect(await verdict.innerText()).toMatch(/^p95 \d+\.\d× slower$/)
    expect(await verdict.getAttribute('title')).toMatch(/^p95 \d+ ms → 1\.\d+ s$/)
  })

  test.each([
    ['at the end', END - 60_000, END],
    ['at the beginning', START + 60_000, START + 120_000],
    ['in the middle', HALF, HALF + 60_000],
  ])(
    'the names of narrow ranges %s are whole, inside of the chart, and apart',
    async (_where, from, until) => {
      await visit(page, `#/compare?before=${from - 60_000},${from}&after=${from},${until}`)
      const plot = await page.locator('.charted .overlay').first().boundingBox()
      const names = page.locator('.charted').first().locator('.band b')
      await expect.poll(() => names.allInnerTexts()).toEqual(['before', 'after'])
      const [before, after] = await Promise.all([0, 1].map((i) => names.nth(i).boundingBox()))
      if (!plot || !before || !after) throw new Error('nothing is drawn')
      for (const { x, width } of [before, after]) {
        expect(x).toBeGreaterThanOrEqual(plot.x - 1)
        expect(x + width).toBeLessThanOrEqual(plot.x + plot.width + 1)
        expect(width).toBeGreaterThan(25)
      }
      expect(before.y + before.height <= after.y + 1 || before.x + before.width <= after.x + 1).toBe(true)
      const overflow = await page.evaluate(
        `[...document.querySelectorAll('.band')].map((band) => getComputedStyle(band).overflow)`,
      )
      expect(new Set(overflow as string[])).toEqual(new Set(['visible']))
    },
  )
})
