import type { Page } from 'playwright-core'
import { hasNoBrowser, useDashboard, visit } from './browser.ts'
import { sampleLog } from './sample-log.ts'
import { SCREENS } from './screens.ts'
import { WHOLE_RECORD } from './whole-record.ts'

const LONG = `/a/very/long/path/${'without-any-space-'.repeat(20)}`

// 1280 pixels at 200 % are 640 of the page's own, each two of the screen's wide
const WINDOWS = [
  { name: '1280 pixels at 200 %', viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 },
  { name: 'a telephone', viewport: { width: 360, height: 780 }, deviceScaleFactor: 3 },
]

describe.skipIf(hasNoBrowser).each(WINDOWS)('on $name', ({ viewport, deviceScaleFactor }) => {
  const hostile = {
    ...WHOLE_RECORD,
    request_id: 'long-1',
    url: LONG,
    view_name: LONG,
    user: LONG,
    ex_type: LONG,
  }
  const opened = useDashboard([...sampleLog(800), WHOLE_RECORD, hostile], {
    context: { viewport, deviceScaleFactor },
  })
  let page: Page
  beforeAll(async () => {
    await opened.log.reject(['no record', '{"half":', LONG])
    page = opened.page
  })

  test.each([...SCREENS, '#/request?rid=whole-1', '#/request?rid=long-1'])(
    '%s neither scrolls sideways nor cuts anything off',
    async (hash) => {
      await visit(page, hash)
      const isTooWide = (): Promise<unknown> =>
        page.evaluate('document.documentElement.scrollWidth > innerWidth')
      await expect.poll(isTooWide).toBe(false) // charts follow the window a frame later
      expect(await page.evaluate(FIND_CUT)).toEqual([])
    },
  )

  test('every column of a table is there', async () => {
    await visit(page, '#/')
    const names = await page.evaluate(
      `[...document.querySelector('.scroll[aria-label=Views] tbody tr').cells]
        .filter((cell) => cell.checkVisibility()).map((cell) => getComputedStyle(cell, '::before').content)`,
    )
    for (const name of ['Waiting', 'Requests', 'p50', 'p95', 'SQL/req', '4xx'])
      expect(names).toContain(JSON.stringify(name))
    await page.getByRole('link', { name: 'p95', exact: true }).click()
    await page.waitForURL(/sort=p95/)
  })
})

/** What lies outside of the window, or is wider than the box that hides the rest of it and has no title to say it. */
const FIND_CUT = `[...document.querySelectorAll('body *')].filter((element) => {
  if (!element.checkVisibility() || element.closest('svg, .visually-hidden, .skip, .uplot, .overlay, pre')) return false
  const { left, right, width } = element.getBoundingClientRect()
  if (width > 1 && (left < -1 || right > innerWidth + 1)) return true
  const isHidden = getComputedStyle(element).overflowX === 'hidden'
  return isHidden && element.scrollWidth > element.clientWidth + 1 && !element.closest('[title]') && !element.querySelector('[title]')
}).map((element) => element.outerHTML.slice(0, 200))`
