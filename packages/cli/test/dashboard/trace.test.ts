import type { Page } from 'playwright-core'
import { hasNoBrowser, settle, useDashboard, visit } from './browser.ts'
import { END, type SampleRecord, sampleLog } from './sample-log.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

function step(request_id: string, more: object): SampleRecord {
  return {
    time: new Date(END - 60_000).toISOString(),
    label_name: 'footprint',
    request_id,
    method: 'GET',
    url: `/${request_id}`,
    view_name: `GET /${request_id}`,
    status_code: 200,
    user: null,
    total_time: 20,
    sql_time: 1,
    node_time: 19,
    ...more,
  }
}

const RECORDS = [
  step('gateway', { trace_id: TRACE }),
  step('stock', { trace_id: TRACE }),
  step('price', { trace_id: TRACE, status_code: 500 }),
  step('alone', {}),
]

describe.skipIf(hasNoBrowser)('a request without a user', () => {
  const opened = useDashboard([...sampleLog(400), ...RECORDS])
  let page: Page
  beforeAll(() => {
    page = opened.page
  })
  afterEach(() => expect(opened.complaints.splice(0)).toEqual([]))

  const steps = (): Promise<string[]> => page.locator('.trail .step').allInnerTexts()

  test('shows the trail of its trace, and says so', async () => {
    await visit(page, '#/request?rid=gateway')
    const panel = page.locator(`section[aria-label="Trail of trace ${TRACE}"]`)
    expect(await panel.innerText()).toContain('This request has no user: below is what happened in its trace')
    expect(await panel.locator('.aside').innerText()).toBe('3 requests, 0 labelled records')
    expect(await steps()).toEqual(['/gateway', '/stock', '/price'].map((url) => expect.stringContaining(url)))
    expect(await panel.locator('[aria-current]').innerText()).toContain('/gateway')
  })

  test('a click on its trace_id shows what the trace did', async () => {
    await visit(page, '#/request?rid=gateway')
    await page.locator('.record').getByRole('link', { name: TRACE, exact: true }).click()
    await settle(page)
    const names = page.locator('.scroll[aria-label="Views"] tbody tr td:first-child .text')
    expect((await names.allInnerTexts()).toSorted()).toEqual(['GET /gateway', 'GET /price', 'GET /stock'])
  })

  test.each([
    ['status_code', 'Only status_code 200', 'status=200'],
    ['method', 'Without method GET', 'method=%21GET'],
  ])('a click on its %s leads to a list, as from everywhere', async (_field, name, param) => {
    await visit(page, '#/request?rid=gateway')
    const link = page.locator('.record').locator(`a[title="${name}"], a[aria-label="${name}"]`)
    await link.first().click()
    await settle(page)
    expect(new URL(page.url()).hash).toBe(`#/?${param}`)
  })

  test('without a trace either, it says that there is only the request itself', async () => {
    await visit(page, '#/request?rid=alone')
    const panel = page.locator('section[aria-label="Trail"]')
    expect(await panel.innerText()).toContain('no user and no trace')
    expect(await steps()).toEqual([expect.stringContaining('/alone')])
  })
})
