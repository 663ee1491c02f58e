import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { hasNoBrowser, useDashboard, visit } from './browser.ts'
import { sampleLog } from './sample-log.ts'
import { SCREENS } from './screens.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong with the page, in words. */
async function findFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() =>
    (
      globalThis as unknown as {
        axe: {
          run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>
        }
      }
    ).axe.run(),
  )
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`)
}

describe.skipIf(hasNoBrowser)('every screen', () => {
  const opened = useDashboard(sampleLog(800))
  let page: Page
  beforeAll(() => {
    page = opened.page
  })

  test.each(SCREENS)('%s: axe finds nothing in light and dark, and it fits a telephone', async (hash) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await visit(page, hash)
      expect(await findFaults(page)).toEqual([])
    }
    await page.setViewportSize({ width: 360, height: 800 })
    const isTooWide = (): Promise<unknown> =>
      page.evaluate('document.documentElement.scrollWidth > innerWidth')
    await expect.poll(isTooWide).toBe(false) // charts follow the window a frame later
    await page.setViewportSize({ width: 1280, height: 900 })
    expect(opened.complaints.splice(0)).toEqual([])
  })
})
