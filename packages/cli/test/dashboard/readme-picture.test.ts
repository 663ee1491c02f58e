import { join } from 'node:path'
import { hasNoBrowser, launchBrowser, openDashboard } from './browser.ts'
import { sampleLog } from './sample-log.ts'

// Makes the README's picture: UPDATE_README=1 npx vitest run packages/cli/test/dashboard/readme-picture
test.skipIf(hasNoBrowser || !process.env.UPDATE_README)(
  'the picture shows the dashboard of the sample log',
  async () => {
    const browser = await launchBrowser()
    const opened = await openDashboard(browser, sampleLog())
    await opened.page.setViewportSize({ width: 1280, height: 900 })
    await opened.page.screenshot({ path: join(import.meta.dirname, '../../dashboard.png') })
    await opened.close()
    await browser.close()
  },
)
