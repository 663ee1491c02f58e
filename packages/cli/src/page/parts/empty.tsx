import type { ComponentChildren, VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { ask } from '../state/ask.js'
import { type Filter, filters } from '../state/filters.js'
import { type Changes, linkHere, place, withChanges } from '../state/place.js'
import { scope, scopeOf } from '../state/scope.js'
import type { AnswerState, Asked } from '../state/use-answer.js'
import { format } from './format.js'

interface EmptyProps<Answer> {
  readonly of: AnswerState<Answer>
  readonly isEmpty: (answer: Answer) => boolean
  /** What there is none of. */
  readonly children: ComponentChildren
}

/** A list that holds nothing: it says which filter empties it, and offers to remove it. */
export function Empty<Answer>({ of, isEmpty, children }: EmptyProps<Answer>): VNode {
  const causes = useCauses(of.asked, isEmpty)
  return (
    <div class="empty">
      <p>{children}</p>
      {causes.length > 0 && (
        <p class="causes">
          A filter leaves everything out:{' '}
          {causes.map(({ label, without }) => (
            <a key={label} href={linkHere(without)}>
              Show without {format(label)}
            </a>
          ))}
        </p>
      )}
    </div>
  )
}

type Cause = Pick<Filter, 'label' | 'without'>

/** The filters of which each empties the list; or all of them, if none does it alone. */
function useCauses<Answer>(asked: Asked, isEmpty: (answer: Answer) => boolean): readonly Cause[] {
  const [causes, setCauses] = useState<readonly Cause[]>([])
  const { screen, params } = place.value
  // a view's screen is about the view; a list with a scope of its own is not emptied by the page's filters
  const isOwn = JSON.stringify(asked.scope) !== JSON.stringify(scope.value)
  const removable = isOwn
    ? []
    : filters.value.filter(({ without }) => !(screen === 'view' && Object.hasOwn(without, 'view')))
  useEffect(() => {
    const stop = new AbortController()
    const holdsWithout = async (without: Changes): Promise<boolean> => {
      const wider = scopeOf(withChanges(params, without))
      const answer = await ask(asked.question, wider, asked.options, stop.signal)
      return !isEmpty(answer as Answer)
    }
    findCauses(removable, holdsWithout).then(
      (found) => stop.signal.aborted || setCauses(found),
      () => setCauses([]), // the list itself says what is wrong
    )
    return () => stop.abort()
  }, [JSON.stringify([asked, removable])])
  return causes
}

async function findCauses(
  removable: readonly Filter[],
  holdsWithout: (without: Changes) => Promise<boolean>,
): Promise<readonly Cause[]> {
  const holds = await Promise.all(removable.map(({ without }) => holdsWithout(without)))
  const alone = removable.filter((_, i) => holds[i])
  if (alone.length > 0 || removable.length < 2) return alone
  const without = Object.assign({}, ...removable.map((filter) => filter.without)) as Changes
  const none = Object.fromEntries(Object.keys(without).map((name) => [name, null]))
  return (await holdsWithout(none)) ? [{ label: 'any filter', without: none }] : []
}
