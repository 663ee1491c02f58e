import type { Browser, Page } from 'playwright-core'
import {
  hasNoBrowser,
  launchBrowser,
  type Opened,
  openDashboard,
  openPage,
  settle,
  visit,
} from './browser.ts'
import { END, type SampleRecord, sampleLog } from './sample-log.ts'

describe.skipIf(hasNoBrowser)('the live page', () => {
  let browser: Browser
  let opened: Opened
  let page: Page

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    opened = await openDashboard(browser, sampleLog(300))
    page = opened.page
  })
  afterEach(() => opened.close())

  let added = 0
  const newRequests = (count: number): SampleRecord[] =>
    Array.from({ length: count }, () => ({
      ...sampleLog(1)[0],
      request_id: `new-${++added}`,
      time: new Date(END + added * 1_000).toISOString(),
      view_name: 'GET /new',
    }))
  const requests = (): Promise<string | null> => page.locator('.card dd').first().textContent()

  test('shows new records by itself', async () => {
    await opened.log.add(newRequests(5))
    await expect.poll(requests).toBe('305')
    await expect.poll(() => page.locator('main').innerText()).toContain('GET /new')
  })

  test('changes nothing while the pointer is in a list: it says how many are new', async () => {
    const table = page.locator('.scroll[aria-label=Views]')
    await table.locator('tbody tr').nth(1).hover()
    await opened.log.add(newRequests(7))
    await page.getByRole('button', { name: '7 new' }).waitFor()
    expect(await requests()).toBe('300')
    await page.getByRole('button', { name: '7 new' }).click()
    await expect.poll(requests).toBe('307')
  })

  test('the focused row stays focused when new records come', async () => {
    await page.keyboard.press('j')
    const name = await page.evaluate('document.activeElement?.textContent')
    await opened.log.add(newRequests(50))
    await page.getByRole('button', { name: '50 new' }).waitFor()
    expect(await page.evaluate('document.activeElement?.textContent')).toBe(name)
  })

  test('pauses, and goes on', async () => {
    await page.getByRole('button', { name: 'Live' }).click()
    await opened.log.add(newRequests(3))
    await page.getByRole('button', { name: '3 new' }).waitFor()
    expect(await requests()).toBe('300')
    await page.getByRole('button', { name: 'Paused' }).click()
    await expect.poll(requests).toBe('303')
  })

  test('two browsers each need a key of their own', async () => {
    const context = await browser.newContext()
    const stranger = await context.newPage()
    await stranger.goto(opened.dashboard.url.replace(/key=.*/, 'key=wrong'))
    await stranger.getByRole('heading', { name: 'Open the address that the command printed' }).waitFor()
    await context.close()
    const { page: other } = await openPage(browser, opened.dashboard.url)
    await opened.log.add(newRequests(1))
    await expect.poll(() => other.locator('.card dd').first().textContent()).toBe('301')
    await expect.poll(requests).toBe('301')
    await other.context().close()
  })

  test('keeps the place on the page and the text that is selected', async () => {
    const top = await page.evaluate('scrollTo(0, 150), scrollY')
    expect(top).toBeGreaterThan(0)
    await page.evaluate(`getSelection().selectAllChildren(document.querySelector('main td'))`)
    const selected = await page.evaluate('String(getSelection())')
    await opened.log.add(newRequests(4))
    await page.getByRole('button', { name: '4 new' }).waitFor()
    expect(await page.evaluate('String(getSelection())')).toBe(selected)
    await page.evaluate('getSelection().removeAllRanges()')
    await expect.poll(requests).toBe('304')
    expect(await page.evaluate('scrollY')).toBe(top)
  })

  test('a box on the heatmap stays when new records come', async () => {
    await visit(page, `#/view?view=GET+%2Fposts&box=${END - 3_600_000},${END},10,1000`)
    const before = await page.locator('.why').innerText()
    await opened.log.add(newRequests(6))
    await expect.poll(() => page.locator('.live .fresh').count()).toBe(0)
    await settle(page)
    expect(await page.locator('.why').innerText()).toBe(before)
    expect(page.url()).toContain('box=')
  })

  test('a link that is shared says the times and never the key: opened later, it shows the same', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await visit(page, '#/?last=3600000')
    const before = await requests()
    await page.getByText('Share', { exact: true }).first().click()
    await page.getByRole('button', { name: 'Copy link' }).click()
    const link = String(await page.evaluate('navigator.clipboard.readText()'))
    expect(link).toMatch(/[?&]from=\d+/)
    expect(link).toMatch(/[?&]until=\d+/)
    expect(link).not.toMatch(/last=|key/)
    await opened.log.add(newRequests(20))
    const { page: other } = await openPage(browser, opened.dashboard.url)
    await visit(other, new URL(link).hash)
    expect(await other.locator('.card dd').first().textContent()).toBe(before)
    await other.context().close()
  })

  test('a range of time with an end stays as it is', async () => {
    await visit(page, `#/?from=${END - 3_600_000}&until=${END}`)
    const before = await requests()
    await opened.log.add(newRequests(4))
    await expect(page.getByRole('button', { name: 'Fixed' }).isDisabled()).resolves.toBe(true)
    expect(await requests()).toBe(before)
  })
})
