import { deploysSection } from './sections/deploys.js'
import { errorsSection } from './sections/errors.js'
import { rankingSection } from './sections/ranking.js'
import { repeatsSection } from './sections/repeats.js'
import type { Asking, Section } from './sections/section.js'
import { seriesSection } from './sections/series.js'
import { slowestSection } from './sections/slowest.js'
import { viewsSection } from './sections/views.js'

const VIEWS = 10
const ROWS = 6

/** What shall I fix? */
export async function firstScreen(asking: Asking): Promise<Section[]> {
  return [
    await seriesSection(asking),
    await viewsSection(asking, undefined, VIEWS),
    await slowestSection(asking, ROWS, 2),
    await errorsSection(asking, ROWS),
    await repeatsSection(asking, ROWS),
    await rankingSection(asking, undefined, ROWS),
    await deploysSection(asking, ROWS),
  ]
}
