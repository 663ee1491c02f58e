import type { Page } from 'playwright-core'
import { hasNoBrowser, settle, useDashboard, visit } from './browser.ts'
import { END, START, sampleLog } from './sample-log.ts'

/** Addresses that people edit, or cut when they copy them. */
const ODD = [
  '#/?tz=Mars/Phobos',
  '#/compare?tz=Nope',
  `#/?from=${END}&until=${START}`,
  '#/?from=abc&until=xyz',
  '#/?from=9999999999999999&until=1',
  '#/?last=-5&bots=zzz&sort=zzz',
  '#/compare?before=1&after=2,3,4&at=x',
  '#/view?box=1,2',
  '#/request?id=-1',
  '#/ranking?by=zzz',
  '#/nowhere?f.=&view=',
]

describe.skipIf(hasNoBrowser)('the address of the page', () => {
  const opened = useDashboard(sampleLog())
  let page: Page
  beforeAll(() => {
    page = opened.page
  })

  const requests = (): Promise<string | null> =>
    page.locator('.card', { hasText: 'Requests' }).first().locator('dd').first().textContent()

  test.each(ODD)('%s leaves a page that works', async (hash) => {
    await visit(page, '#/')
    const all = await requests()
    await visit(page, hash)
    await visit(page, '#/errors?tz=UTC')
    expect(await page.locator('h1').textContent()).toContain('Errors')
    await visit(page, '#/')
    expect(await requests()).toBe(all)
    expect(opened.complaints.splice(0).filter((text) => !text.includes('400'))).toEqual([])
  })

  test('a range that is none, and a zone that is none, count for nothing', async () => {
    await visit(page, '#/')
    const all = await requests()
    for (const hash of ODD.slice(0, 5)) {
      await visit(page, hash.replace('compare', ''))
      expect(await requests(), hash).toBe(all)
      expect(await page.locator('.failure').count(), hash).toBe(0)
    }
    expect(await page.locator('.chips li').count()).toBe(0)
    expect(opened.complaints.splice(0)).toEqual([])
  })

  test('the screen of a view shows all requests if the address names no view', async () => {
    await visit(page, '#/')
    const all = await requests()
    await visit(page, '#/view')
    expect(await requests()).toBe(all)
    expect(await page.locator('.panel', { hasText: 'Latency of each request' }).textContent()).not.toContain(
      'Nothing in this scope',
    )
  })

  test('a filter that is wrong leaves no figures of another one, on the screen and in its export', async () => {
    await visit(page, '#/')
    await visit(page, '#/?status=nonsense')
    await page.getByText('a status must be like 404, 5xx or >=400').first().waitFor()
    expect(await page.locator('.card, tbody tr, .uplot').count()).toBe(0)
    await visit(page, '#/')
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(0)
    opened.complaints.splice(0)
  })

  test('a view may have a name as long as a log can hold', async () => {
    await opened.log.add([
      { ...sampleLog(1)[0], view_name: `GET /${'語'.repeat(20_000)}`, request_id: 'long' },
    ])
    await page.reload()
    await visit(page, `#/view?view=GET+%2F${encodeURIComponent('語'.repeat(20_000))}`)
    expect(await requests()).toBe('1')
    expect(opened.complaints.splice(0)).toEqual([])
  })

  test('a click on a free part of a row opens it', async () => {
    await visit(page, '#/view')
    await page.locator('.scroll[aria-label="Slowest requests"] tbody tr td').nth(1).click()
    await page.waitForURL(/#\/request/)
    await settle(page)
    expect(page.url()).toContain('rid=')
  })

  test('a search on the screen of a request leads to the requests that match', async () => {
    await page.locator('input[type=search]').fill('posts')
    await page.locator('input[type=search]').press('Enter')
    await page.waitForURL(/#\/\?q=posts/)
    await settle(page)
    expect(await page.locator('h1, h2').first().textContent()).not.toContain('Request')
  })
})
