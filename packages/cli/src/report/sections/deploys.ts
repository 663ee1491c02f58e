import { type Deploy, deploys } from '../../questions/deploys.js'
import { type ColumnOf, panel } from '../panel.js'
import type { Asking, Section } from './section.js'

/** When which version of the app arrived, the last ones; no panel where there was one version only. */
export async function deploysSection(asking: Asking, shown: number): Promise<Section> {
  const answer = await deploys(asking.store, asking.scope, {}, asking.signal)
  const changes = answer.deploys.slice(1)
  const more = changes.length > shown && `The last ${shown} of ${changes.length}.`
  const panels =
    changes.length > 0 ? [panel('Deploys, by extra.version', changes.slice(-shown), COLUMNS, [more])] : []
  return { name: 'deploys', answer, panels }
}

const COLUMNS: readonly ColumnOf<Deploy>[] = [
  { name: 'first', title: 'since', unit: 'time', value: ({ first }) => first },
  { name: 'version', unit: 'text', value: ({ version }) => version, tone: () => 'name' },
  { name: 'requests', unit: 'count', value: ({ requests }) => requests },
]
