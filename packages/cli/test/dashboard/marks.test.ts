import type { Page } from 'playwright-core'
import { hasNoBrowser, settle, useDashboard, visit } from './browser.ts'
import { DEPLOY, END, sampleLog } from './sample-log.ts'

describe.skipIf(hasNoBrowser)('marks on the axis of time', () => {
  const opened = useDashboard(sampleLog())
  let page: Page
  beforeAll(() => {
    page = opened.page
  })
  afterEach(() => expect(opened.complaints.splice(0)).toEqual([]))

  const at = (): number => Number(new URLSearchParams(page.url().split('?')[1]).get('at'))

  test.each(['#/', '#/errors', '#/compare'])(
    'the three charts of %s show when a version arrived',
    async (hash) => {
      await visit(page, hash)
      const marks = page.locator('.charted .mark.deploy')
      await expect.poll(() => marks.count()).toBe(3)
      expect(await marks.allInnerTexts()).toEqual(['1.4.2', '1.4.2', '1.4.2'])
      const plot = await page.locator('.charted .u-over').first().boundingBox()
      const mark = await marks.first().boundingBox()
      const share = ((mark?.x ?? 0) - (plot?.x ?? 0)) / (plot?.width ?? 1)
      expect(share).toBeGreaterThan(0.45)
      expect(share).toBeLessThan(0.55)
    },
  )

  test('a mark leads to the comparison before and after it, by pointer and by keyboard', async () => {
    await visit(page, '#/')
    await page
      .getByRole('link', { name: /Version 1\.4\.2, .*compare before and after/ })
      .first()
      .locator('span')
      .click()
    await page.getByRole('heading', { level: 1, name: 'Compare two ranges of time' }).waitFor()
    await settle(page)
    expect(at()).toBeGreaterThanOrEqual(DEPLOY)
    expect(at()).toBeLessThan(DEPLOY + 60_000)
    expect(await page.locator('.charted .band').allInnerTexts()).toEqual(
      Array.from({ length: 3 }, () => ['before', 'after']).flat(),
    )
    await visit(page, '#/errors')
    await page.locator('.charted .mark').first().press('Enter')
    await page.waitForURL(/#\/compare\?at=/)
  })

  test('a mark outside of the range is not shown', async () => {
    await visit(page, `#/?from=${DEPLOY + 600_000}&until=${END}`)
    expect(await page.locator('.charted .mark').count()).toBe(0)
  })

  test('a view shows its steps, too', async () => {
    await visit(page, '#/view?view=GET+%2Fposts%2F%3Aid')
    expect(await page.locator('.heatmap .mark.faster').count()).toBe(1)
    expect(await page.locator('.charted .mark.faster').count()).toBe(3)
  })
})
