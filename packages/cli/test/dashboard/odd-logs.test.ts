import { hasNoBrowser, useDashboard, visit } from './browser.ts'
import { type SampleRecord, sampleLog } from './sample-log.ts'

describe.skipIf(hasNoBrowser)('a log of one moment', () => {
  const [first] = sampleLog(1)
  const opened = useDashboard([
    ...[-5, 1e300, 20].map((total_time) => ({
      ...(first as SampleRecord),
      total_time,
      view_name: 'GET /one',
    })),
    { ...first, view_name: 'GET /two', total_time: 20, sql_time: -50 },
    { ...first, view_name: 'GET /three', total_time: -5_000, sql_time: 10 },
    { ...first, view_name: 'GET /four', total_time: 20, sql_time: 1e9 },
  ])
  afterEach(() => expect(opened.complaints.splice(0)).toEqual([]))

  test('draws its views, whatever parts their durations have', async () => {
    await visit(opened.page, '#/')
    await opened.page.getByRole('link', { name: 'GET /three' }).first().waitFor()
  })

  test('has nothing to compare, and says so', async () => {
    await visit(opened.page, '#/compare')
    await opened.page.getByText('There are no two moments with requests to compare.').waitFor()
  })

  test('shows its view, whatever its durations are', async () => {
    await visit(opened.page, '#/view?view=GET+%2Fone')
    await opened.page.getByText('Slowest requests').first().waitFor()
  })

  test('names the request by its own id, by whatever the address finds it', async () => {
    await visit(opened.page, '#/request?id=0')
    await opened.page.getByRole('heading', { name: `Request ${first?.request_id}` }).waitFor()
  })
})
