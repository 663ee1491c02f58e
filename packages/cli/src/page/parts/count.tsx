import type { VNode } from 'preact'
import { format } from './format.js'

/** A count that has a colour if there is something to count. */
export function Count({ count, kind }: { count: number; kind: string }): VNode {
  return <span class={count > 0 ? `count ${kind}` : 'count none'}>{format(count, 'count')}</span>
}
