import type { Locator, Page } from 'playwright-core'
import { slowest } from '../../dist/questions/slowest.js'
import { summary } from '../../dist/questions/summary.js'
import { views } from '../../dist/questions/views.js'
import { formatCount, formatMs, formatShare } from '../../dist/terminal/units.js'
import { hasNoBrowser, settle, useDashboard, visit } from './browser.ts'
import { DEPLOY, END, FAULT, START, sampleLog } from './sample-log.ts'

describe.skipIf(hasNoBrowser)('the page', () => {
  const opened = useDashboard(sampleLog())
  let page: Page
  beforeAll(() => {
    page = opened.page
  })

  beforeEach(() => visit(page, '#/'))
  afterEach(() => expect(opened.complaints.splice(0)).toEqual([]))

  const figure = (name: string): Promise<string | null> =>
    page.locator('.card', { hasText: name }).first().locator('dd').first().textContent()
  const table = (label: string): Locator => page.locator(`.scroll[aria-label="${label}"]`)
  const rows = (label: string): Promise<string[]> => table(label).locator('tbody tr').allInnerTexts()
  const param = (name: string): string[] => new URLSearchParams(page.url().split('?')[1]).getAll(name)

  test('shows the figures of the report', async () => {
    const scope = { timeZone: 'UTC' }
    const { requests, waiting_time, p50, p95, errors } = await summary(opened.log.store, scope)
    expect(await figure('Requests')).toBe(formatCount(requests))
    expect(await figure('Waiting time')).toBe(formatMs(waiting_time))
    expect(await figure('p50')).toBe(formatMs(p50 ?? 0))
    expect(await figure('p95')).toBe(formatMs(p95 ?? 0))
    expect(await figure('Errors')).toBe(formatCount(errors))
    const answer = await views(opened.log.store, scope)
    const cells = (await rows('Views')).map((row) => row.split('\t').map((cell) => cell.trim()))
    expect(cells.map(([name]) => name?.split('\n')[0])).toEqual(
      answer.views.map(({ view_name }) => view_name),
    )
    expect(cells.map(([, waiting, , requests]) => [waiting, requests])).toEqual(
      answer.views.map(({ waiting_time, requests }) => [formatMs(waiting_time), formatCount(requests)]),
    )
    expect(cells[0]?.[2]).toContain(formatShare(answer.views[0]?.share ?? 0))
  })

  test('the key is never in the address', () => {
    expect(page.url()).not.toContain('key')
  })

  test('dragging over a chart narrows all of the page, and the back button widens it', async () => {
    const before = await figure('Requests')
    const chart = (await page.locator('.chart .u-over').first().boundingBox()) ?? {
      x: 0,
      y: 0,
      width: 0,
      height: 0,
    }
    await page.mouse.move(chart.x + chart.width * 0.5, chart.y + 20)
    await page.mouse.down()
    await page.mouse.move(chart.x + chart.width * 0.75, chart.y + 30, { steps: 5 })
    await page.mouse.up()
    await page.waitForURL(/from=\d+&until=\d+/)
    await settle(page)
    const [from, until] = [Number(param('from')[0]), Number(param('until')[0])]
    expect(from).toBeGreaterThan(START)
    expect(until).toBeLessThan(END)
    const answer = await summary(opened.log.store, { timeZone: 'UTC', from, until })
    expect(await figure('Requests')).toBe(formatCount(answer.requests))
    expect(answer.requests).toBeLessThan(2_000)
    await page.goBack()
    await settle(page)
    expect(await figure('Requests')).toBe(before)
  })

  test('a click on a value shows only the records with it; the minus beside it, all others; the chip is removed again', async () => {
    await visit(page, '#/ranking?by=user')
    const all = (await rows('Requests by user')).length
    await page.getByRole('link', { name: 'Without user ada' }).click()
    await settle(page)
    expect(param('user')).toEqual(['!ada'])
    expect(await rows('Requests by user')).toHaveLength(all - 1)
    await page.getByTitle('Only user grace').click()
    await settle(page)
    expect(await rows('Requests by user')).toHaveLength(1)
    await page.getByRole('link', { name: 'Remove the filter user grace' }).click()
    await page.getByRole('link', { name: 'Remove the filter user not ada' }).click()
    await settle(page)
    expect(await rows('Requests by user')).toHaveLength(all)
  })

  test('the address says all of the state: opened again, it shows the same', async () => {
    await visit(page, `#/errors?from=${FAULT}&until=${END}&status=500&q=bank`)
    const before = await page.locator('main').innerText()
    await page.reload()
    await settle(page)
    expect(await page.locator('main').innerText()).toBe(before)
    expect(await rows('Errors by exception and view')).toEqual([expect.stringContaining('PaymentError')])
  })

  test('a search narrows the page', async () => {
    await page.keyboard.press('/')
    await page.keyboard.type('format=csv')
    await page.keyboard.press('Enter')
    await page.waitForURL(/q=format/)
    await settle(page)
    expect((await rows('Views')).map((row) => row.split('\n')[0]?.split('\t')[0])).toEqual([
      'GET /reports/:year',
    ])
  })

  test('j and k walk through the rows, Enter opens one, Esc goes back, ? helps', async () => {
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    await page.keyboard.press('j')
    const name = await page.evaluate('document.activeElement?.textContent')
    expect((await rows('Views'))[1]).toContain(name)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: String(name) }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor({ state: 'attached' })
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' })
  })

  test('a box on the heatmap is asked why it is slow: the cause is found, with sample sizes', async () => {
    await visit(page, '#/view?view=GET+%2Freports%2F%3Ayear')
    const area = (await page.locator('.heatmap .area').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
    await page.mouse.move(area.x + 2, area.y + 2)
    await page.mouse.down()
    await page.mouse.move(area.x + area.width - 2, area.y + area.height * 0.4, { steps: 5 })
    await page.mouse.up()
    await page.waitForURL(/box=/)
    await settle(page)
    const finding = page.locator('.finding').first()
    expect(await finding.innerText()).toMatch(/query(\.format)?\s+(csv|format)/)
    expect(await finding.innerText()).toMatch(/\d+ of \d+/)
    const [from = 0, until = 0, min = 0, max = 0] = (param('box')[0] ?? '').split(',').map(Number)
    const boxed = await slowest(
      opened.log.store,
      { timeZone: 'UTC', view: ['GET /reports/:year'], from, until },
      { limit: 10, min, max },
    )
    const shown = (await rows('Slowest requests in the box')).map((row) => row.split('\t')[1]?.trim())
    expect(shown).toEqual(boxed.rows.map(({ total_time }) => formatMs(total_time ?? 0)))
    expect(boxed.rows.every((row) => (row.total_time ?? 0) >= min)).toBe(true)
    expect(boxed.rows.length).toBeGreaterThan(0)
    await page.getByRole('link', { name: 'Remove the box' }).click()
    await page.waitForURL((url) => !url.hash.includes('box'))
  })

  test('the box can be drawn by keyboard', async () => {
    await visit(page, '#/view?view=GET+%2Freports%2F%3Ayear')
    await page.locator('.heatmap .area').focus()
    await page.keyboard.press('Shift+ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL(/box=/)
    await settle(page)
    expect(await page.locator('.why').innerText()).toContain('the box against the rest')
    await page.locator('.heatmap .area').focus()
    await page.keyboard.press('Escape')
    await page.waitForURL((url) => !url.hash.includes('box'))
  })

  test('a step and a deploy are marked, and lead to the comparison before and after', async () => {
    await visit(page, '#/view?view=GET+%2Fposts%2F%3Aid')
    expect(await page.locator('.heatmap .mark').count()).toBeGreaterThanOrEqual(1)
    expect(await page.locator('.marks').innerText()).toContain('version 1.4.2')
    await page.locator('.marks').getByRole('link', { name: 'Compare before and after' }).last().click()
    await page.getByRole('heading', { level: 1, name: 'Compare two ranges of time' }).waitFor()
    await settle(page)
    expect(Number(param('at')[0])).toBeGreaterThanOrEqual(DEPLOY)
    expect((await rows('Most improved'))[0]).toMatch(/GET \/posts\/:id[\s\S]*faster/)
  })

  test('a request shows its record, its labelled records and the trail of its user', async () => {
    await visit(page, '#/view?view=POST+%2Forders&status=500&user=%21')
    await table('Slowest requests').locator('a.text').first().click()
    await settle(page)
    const text = await page.locator('main').innerText()
    for (const part of ['PaymentError', 'order_save', 'Trail of', 'the bank did not answer'])
      expect(text).toContain(part)
    await expect(page.locator('.trail [aria-current]').count()).resolves.toBe(1)
  })

  test('what is saved is what is shown', async () => {
    const [csv] = await Promise.all([
      page.waitForEvent('download'),
      table('Views').getByRole('button', { name: 'Save as CSV' }).click(),
    ])
    const lines = (await textOf(csv)).trim().split('\r\n')
    const answer = await views(opened.log.store, { timeZone: 'UTC' })
    expect(lines).toHaveLength(answer.total + 1)
    expect(lines[1]).toContain(`${answer.views[0]?.waiting_time}`)
    await page.getByText('Share', { exact: true }).first().click()
    const [json] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save the answers as JSON' }).click(),
    ])
    const { answers } = JSON.parse(await textOf(json))
    const [html] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Save a page as HTML' }).click(),
    ])
    expect(html.suggestedFilename()).toBe('action-log.html')
    expect(await textOf(html)).toContain(formatMs(answer.views[0]?.waiting_time ?? 0))
    expect(answers.map(({ question }: { question: string }) => question).sort()).toEqual([
      'deploys',
      'moments',
      'series',
      'summary',
      'views',
    ])
  })

  async function textOf(download: { createReadStream(): Promise<NodeJS.ReadableStream> }): Promise<string> {
    let text = ''
    for await (const chunk of await download.createReadStream()) text += chunk
    return text
  }
})
