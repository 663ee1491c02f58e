import { type Deploy, type Deploys, deploys } from '../../questions/deploys.js'
import { type ColumnOf, type Panel, panel } from '../panel.js'
import type { Asking, Section } from './section.js'

/** When which version of the app arrived, the last ones; no panel where there was one version only. */
export async function deploysSection(asking: Asking, shown: number): Promise<Section> {
  const answer = await deploys(asking.store, asking.scope, {}, asking.signal)
  return { name: 'deploys', answer, panels: deploysPanels(answer, shown) }
}

export function deploysPanels(answer: Deploys, shown = Number.POSITIVE_INFINITY): Panel[] {
  const changes = answer.deploys.slice(1)
  const more = changes.length > shown && `The last ${shown} of ${changes.length}.`
  return changes.length > 0
    ? [panel('Deploys, by extra.version', changes.slice(-shown), COLUMNS, [more])]
    : []
}

const COLUMNS: readonly ColumnOf<Deploy>[] = [
  { name: 'first', title: 'since', unit: 'time', value: ({ first }) => first },
  { name: 'version', unit: 'text', value: ({ version }) => version, tone: () => 'name' },
  { name: 'requests', unit: 'count', value: ({ requests }) => requests },
]
