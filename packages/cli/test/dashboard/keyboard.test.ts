import type { Page } from 'playwright-core'
import { hasNoBrowser, settle, useDashboard, visit } from './browser.ts'
import { sampleLog } from './sample-log.ts'

/** Every list, and what its rows are. */
const LISTS = [
  ['views', '#/'],
  ['requests', '#/view?view=POST+%2Forders'],
  ['errors', '#/errors'],
  ['repeated statements', '#/repeats'],
  ['ranking', '#/ranking?by=user'],
  ['users', '#/users'],
  ['labels', '#/labels'],
  ['rejected lines', '#/rejected'],
  ['compared views', '#/compare'],
  ['trail', '#/request?rid=req-000077'],
] as const

const ROWS = 'main tbody tr, main .trail > .step, main .actions > li'

describe.skipIf(hasNoBrowser)('by keyboard alone', () => {
  const opened = useDashboard(sampleLog())
  let page: Page
  beforeAll(async () => {
    await opened.log.reject(['no record', '{"half":', 'Error: at line 1'])
    page = opened.page
  })

  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key)
  }
  /** Which of the visible rows has the focus. */
  const focused = (): Promise<number> =>
    page.evaluate(
      `[...document.querySelectorAll('${ROWS}')].filter((row) => row.checkVisibility())
        .findIndex((row) => row.contains(document.activeElement))`,
    )

  test.each(LISTS)('j and k walk through the %s, and the focus is seen', async (_name, hash) => {
    await visit(page, hash)
    const rows = page.locator(ROWS).filter({ visible: true })
    await rows.first().waitFor()
    const second = Math.min(1, (await rows.count()) - 1)
    await press('j', 'j')
    expect(await focused()).toBe(second)
    await press('k')
    expect(await focused()).toBe(0)
    await press('k')
    expect(await focused()).toBe(0)
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')
    expect(outline).toBe('solid')
    const box = await page.evaluate(`(() => {
      const { top, bottom } = document.activeElement.getBoundingClientRect()
      return top >= 0 && bottom <= innerHeight
    })()`)
    expect(box).toBe(true)
  })

  test('a walk from the first screen to a record and back', async () => {
    await visit(page, '#/?walk')
    await press('/')
    await page.keyboard.type('orders')
    await press('Enter')
    await page.waitForURL(/q=orders/)
    await settle(page)
    await press('j', 'Enter')
    await page.getByRole('heading', { level: 1, name: 'POST /orders' }).waitFor()
    await settle(page)
    const slowest = page.locator('.scroll[aria-label="Slowest requests"] tbody tr').first()
    const holdsFocus = async (): Promise<boolean> => (await slowest.locator(':focus').count()) === 1
    for (let i = 0; i < 30 && !(await holdsFocus()); i++) await press('j')
    expect(await holdsFocus()).toBe(true)
    const time = await slowest.locator('a').first().innerText()
    await press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Request req-' }).waitFor()
    await settle(page)
    expect(await page.locator('.record').innerText()).toContain(time.slice(0, 19))
    await press('Escape')
    await page.getByRole('heading', { level: 1, name: 'POST /orders' }).waitFor()
    await settle(page)
    await press('j')
    expect(await holdsFocus()).toBe(true)
    await press('Escape')
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor({ state: 'attached' })
    await press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await press('Escape')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' })
  })

  test('Enter opens the last request of an error', async () => {
    await visit(page, '#/errors')
    await press('j', 'Enter')
    await page.getByRole('heading', { level: 1, name: 'Request req-' }).waitFor()
  })

  test('Esc on the first place of a shared link leads to the overview, never to another site', async () => {
    const { page: other } = await openDashboardPlace('#/errors')
    await other.keyboard.press('Escape')
    await other.getByRole('heading', { level: 1, name: 'Overview' }).waitFor({ state: 'attached' })
    await other.close()
  })

  /** Opens a place in a new tab, as a shared link does. */
  async function openDashboardPlace(hash: string): Promise<{ page: Page }> {
    const tab = await page.context().newPage()
    await tab.goto('about:blank')
    await tab.goto(new URL(hash, page.url()).href)
    await settle(tab)
    return { page: tab }
  }
})
