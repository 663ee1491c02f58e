import type { Page } from 'playwright-core'
import { hasNoBrowser, settle, useDashboard, visit } from './browser.ts'
import { END, START, sampleLog } from './sample-log.ts'

describe.skipIf(hasNoBrowser)('a list that is empty', () => {
  const opened = useDashboard(sampleLog(800))
  let page: Page
  beforeAll(() => {
    page = opened.page
  })
  afterEach(() => expect(opened.complaints.splice(0)).toEqual([]))

  const causes = (): Promise<string[]> => page.locator('main .causes').first().locator('a').allInnerTexts()
  const MORNING = `from=${START}&until=${START + 60_000}`

  test.each([
    ['#/repeats?view=GET+%2Fposts', 'view GET /posts', 'Repeated statements'],
    ['#/repeats?user=ada&view=GET+%2Fposts', 'view GET /posts', 'Repeated statements'],
    ['#/errors?view=GET+%2Fposts', 'view GET /posts', 'Errors by exception and view'],
    ['#/users?user=%21&f.remote_ip=nowhere', 'remote_ip nowhere', 'Users'],
    ['#/ranking?q=no+such+text', 'text “no such text”', 'Requests by view_name'],
    ['#/?view=nothing', 'view nothing', 'Views'],
    ['#/labels?label=nothing', 'label nothing', 'Labels'],
    ['#/?status=200&user=nobody', 'user nobody', 'Views'],
    ['#/compare?view=nothing', 'view nothing', 'All views'],
    [`#/errors?from=${END + 60_000}&until=${END + 120_000}`, undefined, 'Errors by exception and view'],
    ['#/view?view=GET+%2Fposts&user=nobody', 'user nobody', 'Slowest requests'],
  ])(
    '%s names the filter that empties it, and shows what there is without it',
    async (hash, filter, list) => {
      await visit(page, hash)
      const link = page
        .getByRole('link', { name: filter ? `Show without ${filter}` : 'Show without' })
        .first()
      await link.click()
      await settle(page)
      await page.locator(`.scroll[aria-label="${list}"] tbody tr`).first().waitFor()
    },
  )

  test('a filter that empties nothing is not named', async () => {
    await visit(page, '#/repeats?status=200&view=GET+%2Fposts')
    await expect.poll(causes).toEqual(['Show without view GET /posts'])
  })

  test('where no filter does it alone, all of them are removed together', async () => {
    await visit(page, `#/repeats?view=GET+%2Fposts&user=nobody&${MORNING}`)
    await expect.poll(causes).toEqual(['Show without any filter'])
    await page.getByRole('link', { name: 'Show without any filter' }).click()
    await page.locator('.scroll[aria-label="Repeated statements"] tbody tr').first().waitFor()
    expect(new URL(page.url()).hash).toBe('#/repeats')
  })

  test('a box without a request offers to remove it', async () => {
    await visit(page, `#/view?view=GET+%2Fposts&box=${START},${END},500000,600000`)
    await page.getByText('No request is in the box.').getByRole('link', { name: 'Remove the box' }).click()
    await page.locator('.scroll[aria-label="Slowest requests"] tbody tr').first().waitFor()
  })

  test('without a filter it says what there is none of, and no more', async () => {
    await visit(page, '#/rejected')
    await page.getByText('Every line of the log is a record.').waitFor()
    expect(await page.locator('.causes').count()).toBe(0)
  })

  test('the screen of a view does not offer to leave the view', async () => {
    await visit(page, '#/view?view=POST+%2Forders&status=200')
    await page.getByText('No errors in this scope.').waitFor()
    await expect.poll(causes).toEqual(['Show without status 200'])
  })
})
