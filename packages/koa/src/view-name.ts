import type { ActionLog } from '@actionlog/core'
import type { Context } from 'koa'
import { guard } from './guard.js'
import { trackedRoute } from './route-tracking.js'

/** The view name of a request that no route answered. */
export const UNMATCHED = '(unmatched)'

/** What the setting `viewName` returns, else the name or pattern of the route that answered, else `(unmatched)`. */
export function viewNameOf(ctx: Context, log: ActionLog): string {
  const { viewName } = log.settings
  if (viewName) {
    const own: unknown = guard(log, 'ACTION_LOG_SETTING.viewName', () => viewName(ctx))
    if (own && typeof own === 'string') return own
  }
  // a router may have assigned a name or pattern that has no text
  return guard(log, 'naming the route', () => trackedRoute(ctx)?.viewName) ?? UNMATCHED
}
