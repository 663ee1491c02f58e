import type { Download, Page } from 'playwright-core'
import { type Views, views } from '../../dist/questions/views.js'
import { formatMs } from '../../dist/terminal/units.js'
import { hasNoBrowser, useDashboard, visit } from './browser.ts'
import { END, START, sampleLog } from './sample-log.ts'

describe.skipIf(hasNoBrowser)('the exported page', () => {
  const opened = useDashboard(sampleLog(600))
  let page: Page
  beforeAll(() => {
    page = opened.page
  })

  async function save(): Promise<string> {
    await page.getByText('Share', { exact: true }).first().click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Save a page as HTML' }).click(),
    ])
    await page.getByText('Share', { exact: true }).first().click()
    return textOf(download)
  }

  test.each([
    ['#/', 'Overview', 'GET /posts/:id'],
    ['#/view?view=POST+%2Forders', 'POST /orders', 'Latency of each request'],
    ['#/view?view=POST+%2Forders&box=0,4e12,0,1e9', 'POST /orders', 'Slowest requests in the box'],
    ['#/compare', 'Compare', 'Faster, or fewer errors'],
    ['#/request?rid=req-000077', 'Request', 'req-000077'],
    ['#/errors', 'Errors', 'PaymentError'],
    ['#/repeats', 'N+1', 'Post.findFirst'],
    ['#/ranking?by=user', 'Ranking', 'margaret'],
    ['#/users?trail=ada', 'Users', 'Trail of ada'],
    ['#/labels', 'Labels', 'order_save'],
    ['#/rejected', 'Rejected', 'Every line is a record'],
  ])('of %s has its title and what it shows', async (hash, title, part) => {
    await visit(page, hash)
    const html = await save()
    expect(html).toContain(`<h1>${title}: my_action.log</h1>`)
    expect(html).toContain(part)
    expect(opened.complaints.splice(0)).toEqual([])
  })

  test('has the same rows in the same order, also when late records came while the page was paused', async () => {
    await visit(page, `#/?sort=p95&from=${START}&until=${END}`)
    const scope = { timeZone: 'UTC', from: START, until: END }
    const before = await views(opened.log.store, scope, { sort: 'p95', limit: 20 })
    await page.getByText('Share', { exact: true }).first().click()
    await opened.log.add(sampleLog(90).map((record) => ({ ...record, total_time: 90_000 })))
    await page.getByText('Share', { exact: true }).first().click()
    expectRows(await save(), before)
    await visit(page, `#/?sort=p95&from=${START}&until=${END}&method=GET&method=POST`)
    expectRows(await save(), before)
  })

  function expectRows(html: string, { views }: Views): void {
    const cells = [...html.matchAll(/<tr><td class="text name">([^<]+)<\/td><td class="number">([^<]+)</g)]
    expect(cells.map(([, name, waiting]) => [name, waiting])).toEqual(
      views.map(({ view_name, waiting_time }) => [view_name, formatMs(waiting_time)]),
    )
  }
})

async function textOf(download: Download): Promise<string> {
  let text = ''
  for await (const chunk of await download.createReadStream()) text += chunk
  return text
}
