import type { Page } from 'playwright-core'
import { hasNoBrowser, settle, useDashboard, visit } from './browser.ts'
import { sampleLog } from './sample-log.ts'

interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

describe.skipIf(hasNoBrowser)('the pointer', () => {
  const opened = useDashboard(sampleLog(1_500))
  let page: Page
  beforeAll(() => {
    page = opened.page
  })
  afterEach(() => expect(opened.complaints.splice(0)).toEqual([]))

  const rectOf = async (selector: string): Promise<Rect> =>
    (await page.locator(selector).first().boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }

  /** Drags over the heatmap: places from 0 to 1 of its area, and pixels beside them. */
  async function drag(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    await page.locator('.heatmap').scrollIntoViewIfNeeded()
    const { x, y, width, height } = await rectOf('.heatmap .area')
    const at = ([right, down]: readonly [number, number]): [number, number] => [
      x + (right < 0 || right > 1 ? (right < 0 ? right : width + right - 1) : right * width),
      y + (down < 0 || down > 1 ? (down < 0 ? down : height + down - 1) : down * height),
    ]
    await page.mouse.move(...at(from))
    await page.mouse.down()
    await page.mouse.move(...at(to), { steps: 4 })
    await page.mouse.up()
  }

  const box = (): number[] =>
    (new URLSearchParams(page.url().split('?')[1]).get('box') ?? '').split(',').map(Number)

  /** The box that the whole area is, drawn by keyboard. */
  async function wholeArea(): Promise<number[]> {
    await visit(page, '#/view?view=GET+%2Fsearch')
    await page.locator('.heatmap .area').focus()
    for (let i = 0; i < 80; i++) await page.keyboard.press('Shift+ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL(/box=/)
    return box()
  }

  test.each([
    ['begins left of it and ends right of it', [-30, -6], [13, 22]],
    ['begins right of it and ends left of it', [13, 20], [-40, -8]],
    ['begins at the times and ends above', [13, 18], [-20, -60]],
    ['ends far outside of the window', [-20, -8], [4_000, 3_000]],
  ] as const)('a drag over the heatmap that %s selects up to the edges', async (_how, from, to) => {
    const all = await wholeArea()
    await visit(page, '#/view?view=GET+%2Fsearch')
    await drag(from, to)
    await page.waitForURL(/box=/)
    expect(box()).toEqual(all)
    await settle(page)
  })

  test('Escape gives a drag over the heatmap up', async () => {
    await visit(page, '#/view?view=GET+%2Fsearch')
    await page.locator('.heatmap').scrollIntoViewIfNeeded()
    const { x, y, width, height } = await rectOf('.heatmap .area')
    await page.mouse.move(x + width * 0.2, y + height * 0.2)
    await page.mouse.down()
    await page.mouse.move(x + width * 0.6, y + height * 0.6, { steps: 4 })
    await page.keyboard.press('Escape')
    await page.mouse.move(x + width * 0.8, y + height * 0.8)
    await page.mouse.up()
    await settle(page)
    expect(page.url()).not.toContain('box')
  })

  test('a click beside the heatmap is no box, one on it is', async () => {
    await visit(page, '#/view?view=GET+%2Fsearch')
    await drag([-20, 0.5], [-20, 0.5])
    await settle(page)
    expect(page.url()).not.toContain('box')
    await drag([0.5, 0.5], [0.5, 0.5])
    await page.waitForURL(/box=/)
  })

  test.each([800, 1280, 1400, 1920])(
    'at %i pixels the figures below the pointer are whole, beside the title of their chart',
    async (width) => {
      await page.setViewportSize({ width, height: 900 })
      await visit(page, '#/')
      const figures = page.locator('section[aria-label="Latency over time"] .figures')
      const point = async (): Promise<string> => {
        const plot = await rectOf('.charted .u-over') // charts follow the window a frame later
        await page.mouse.move(plot.x + plot.width * 0.4, plot.y + plot.height / 2)
        return await figures.innerText()
      }
      await expect.poll(point).toMatch(/^\d\d:\d\d {2}p50 .* {2}p95 .* {2}p99 /)
      const title = await rectOf('section[aria-label="Latency over time"] h2')
      const text = (await figures.boundingBox()) as Rect
      expect(text.x).toBeGreaterThanOrEqual(title.x + title.width)
      const isWhole = await page.evaluate(
        `[...document.querySelectorAll('.figures')].every(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth + 1)`,
      )
      expect(isWhole).toBe(true)
    },
  )
})
