import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { hasNoBrowser, launchBrowser, openPage, settle, visit } from './browser.ts'
import { sampleLog } from './sample-log.ts'

const BIN = fileURLToPath(new URL('../../bin/actionlog.js', import.meta.url))
const RANKING = '#/ranking?by=user&status=404'

describe.skipIf(hasNoBrowser)('a dashboard that dies under an open page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'actionlog-restart-'))
  const file = join(folder, 'my_action.log')
  let browser: Browser
  let page: Page
  let child: ChildProcess
  let address: string

  beforeAll(async () => {
    writeFileSync(
      file,
      sampleLog(300)
        .map((record) => `${JSON.stringify(record)}\n`)
        .join(''),
    )
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true })
  })
  beforeEach(async () => {
    await start()
    ;({ page } = await openPage(browser, address))
    await visit(page, RANKING)
    await kill()
    await page.getByText(/The dashboard has not answered since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d/).waitFor()
  })
  afterEach(async () => {
    await page.context().close()
    await kill()
  })

  async function start(port = 0): Promise<void> {
    child = spawn(process.execPath, [BIN, 'dashboard', file, '--port', String(port), '--tz', 'UTC'])
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    await expect.poll(() => output).toMatch(/#key=[\w-]+\n/)
    address = /http:\S+#key=\S+/.exec(output)?.[0] as string
  }

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    process.kill(child.pid as number, 'SIGKILL')
    await once(child, 'exit')
  }

  const rows = (): Promise<string[]> => page.locator('main tbody tr').allInnerTexts()

  test('the page says since when it is stale and what to do, and keeps what it shows', async () => {
    expect(await page.locator('.notice.error').innerText()).toContain('start it again and open the address')
    await page.getByRole('button', { name: 'Stale' }).waitFor()
    expect(page.url()).toContain(RANKING)
    expect((await rows()).length).toBeGreaterThan(1)
    await page.keyboard.press('j')
    expect(await page.evaluate(`document.activeElement.closest('tr') !== null`)).toBe(true)
  })

  test('a question that nobody answered is asked again when the dashboard is back', async () => {
    await page.getByRole('link', { name: 'Errors', exact: true }).click()
    await page.getByText('The dashboard does not answer. Is its command still running?').first().waitFor()
    await start(Number(new URL(page.url()).port))
    await page.getByText('The dashboard does not know this browser any more').waitFor()
    const other = await page.context().newPage()
    await other.goto(address)
    await page.getByText('The dashboard does not know this browser any more').waitFor({ state: 'detached' })
    await settle(page)
    await page.getByRole('heading', { name: 'Errors', level: 1 }).waitFor()
    expect(await page.locator('[role=alert]').count()).toBe(0)
  })

  test('after a restart it asks for the new address, which opens the same place in the same tab', async () => {
    const before = await rows()
    await start(Number(new URL(page.url()).port))
    const notice = page.getByText('The dashboard does not know this browser any more')
    await notice.waitFor()
    expect(await notice.innerText()).toContain('Open the address that its command printed last')
    expect(await rows()).toEqual(before)
    const button = await page.getByRole('button', { name: 'Stale' }).boundingBox()
    const dot = await page.locator('.live .dot').boundingBox()
    expect(dot?.y).toBeGreaterThan(button?.y ?? 0)
    expect(dot?.y).toBeLessThan((button?.y ?? 0) + (button?.height ?? 0))
    await page.goto(address)
    await notice.waitFor({ state: 'detached' })
    await settle(page)
    expect(page.url()).toContain(RANKING)
    expect(page.url()).not.toContain('key')
    await expect.poll(rows).toEqual(before) // the new dashboard may still read the log
    await page.getByRole('button', { name: 'Live' }).waitFor()
  })

  test('a page that is loaded anew asks for the new address', async () => {
    await start(Number(new URL(page.url()).port))
    await page.reload()
    await page.getByRole('heading', { name: 'Open the address that the command printed' }).waitFor()
  })
})
