import type { Page } from 'playwright-core'
import { hasNoBrowser, settle, useDashboard, visit } from './browser.ts'
import { END, START, sampleLog } from './sample-log.ts'

describe.skipIf(hasNoBrowser)('Esc', () => {
  const opened = useDashboard(sampleLog(800))
  let page: Page
  // each test in a tab of its own, without the places of the others
  beforeEach(async () => {
    page = await opened.page.context().newPage()
    await page.goto(new URL('#/?user=ada&status=200', opened.page.url()).href)
    await settle(page)
  })
  afterEach(() => page.close())

  const hash = (): string => new URL(page.url()).hash
  const follow = async (name: string): Promise<void> => {
    await page.getByRole('link', { name, exact: true }).first().click()
    await settle(page)
  }
  const remove = (filter: string): Promise<void> => follow(`Remove the filter ${filter}`)

  test('a filter that was removed does not come back', async () => {
    await remove('user ada')
    await page.keyboard.press('Escape')
    await settle(page)
    expect(hash()).toBe('#/?status=200')
  })

  test('it leads to the screen before, without the filter that was removed since', async () => {
    await follow('GET /posts')
    await remove('user ada')
    await page.keyboard.press('Escape')
    await expect.poll(hash).toBe('#/?status=200')
    await page.keyboard.press('Escape')
    await settle(page)
    expect(hash()).toBe('#/?status=200')
  })

  test('it leaves the screen of a view of which the view was removed', async () => {
    await follow('GET /posts')
    await remove('view GET /posts')
    await page.keyboard.press('Escape')
    await expect.poll(hash).toBe('#/?user=ada&status=200')
  })

  test('a filter that was added since stays', async () => {
    await visit(page, '#/ranking?user=ada&by=method')
    await page.getByTitle('Only method GET').click()
    await settle(page)
    await page.keyboard.press('Escape')
    await expect.poll(hash).toBe('#/?user=ada&status=200&method=GET')
  })

  test('it removes the box first, wherever the focus is, and then leaves', async () => {
    await follow('GET /posts')
    await visit(page, `${hash()}&box=${START},${END},100,1000`)
    await page.keyboard.press('Escape')
    await expect.poll(hash).not.toContain('box')
    await page.getByRole('heading', { level: 1, name: 'GET /posts' }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(hash).toBe('#/?user=ada&status=200')
  })

  test('the back button undoes a filter, as everywhere', async () => {
    await remove('user ada')
    await page.goBack()
    expect(hash()).toBe('#/?user=ada&status=200')
  })
})
