import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { type Dashboard, startDashboard } from '../../dist/dashboard/server.js'
import type { SampleRecord } from './sample-log.ts'
import { openTestLog, type TestLog } from './test-log.ts'

const CHROMIUM = '/usr/bin/chromium'

/** Whether there is no browser, so that its tests are left out; in continuous integration they fail instead. */
export const hasNoBrowser: boolean = !existsSync(CHROMIUM) && process.env.CI === undefined
if (hasNoBrowser) console.log(`${CHROMIUM} is not here: the tests of the page are left out`)

export function launchBrowser(): Promise<Browser> {
  const isRoot = process.getuid?.() === 0
  return chromium.launch({ executablePath: CHROMIUM, args: isRoot ? ['--no-sandbox'] : [] })
}

export interface Opened {
  readonly page: Page
  readonly log: TestLog
  readonly dashboard: Dashboard
  /** What the browser complained about: errors, and what its policy refused. */
  readonly complaints: string[]
  close(): Promise<void>
}

interface OpenOptions {
  /** What the command line calls the log. */
  readonly files?: readonly string[]
  readonly context?: BrowserContextOptions
}

/** Serves the records as a dashboard, and opens it. */
export async function openDashboard(
  browser: Browser,
  records: readonly SampleRecord[],
  { files, context }: OpenOptions = {},
): Promise<Opened> {
  const log = await openTestLog(records, files)
  const dashboard = await startDashboard({ log, timeZone: 'UTC' })
  const { page, complaints } = await openPage(browser, dashboard.url, context)
  return {
    page,
    log,
    dashboard,
    complaints,
    async close() {
      await page.context().close()
      await dashboard.close()
      await log.store.close()
    },
  }
}

/** Opens a dashboard of the records for all tests of a `describe` block. Its parts are there once the tests run. */
export function useDashboard(
  records: readonly SampleRecord[],
  options?: OpenOptions,
): Readonly<Omit<Opened, 'close'>> {
  let browser: Browser
  let opened: Opened
  beforeAll(async () => {
    browser = await launchBrowser()
    opened = await openDashboard(browser, records, options)
  })
  afterAll(async () => {
    await opened.close()
    await browser.close()
  })
  return {
    get page() {
      return opened.page
    },
    get log() {
      return opened.log
    },
    get dashboard() {
      return opened.dashboard
    },
    get complaints() {
      return opened.complaints
    },
  }
}

/** Opens an address in a browser profile of its own. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    colorScheme: 'light',
    ...options,
  })
  context.setDefaultTimeout(100_000) // on a busy machine; else within a second
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(url)
  await settle(page)
  return { page, complaints }
}

/** Goes to a place of the page, such as `#/errors`. */
export async function visit(page: Page, hash: string): Promise<void> {
  await page.goto(new URL(hash, page.url()).href)
  await settle(page)
}

/** Waits until the page has asked what it wants to know, and shows it. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(
    'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))))',
  ) // what was clicked is rendered now
  await page.locator('main h1').first().waitFor({ state: 'attached' })
  await page.locator('.skeleton, [aria-busy=true]').first().waitFor({ state: 'detached' })
}
