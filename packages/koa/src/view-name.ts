import type { Context } from 'koa'

/** What @koa/router (10 to 15) leaves on the context: every layer whose path matched, in order. */
interface Layer {
  readonly path: string | RegExp
  readonly name?: string | null | undefined
  readonly methods: readonly string[]
}

/** A koa-mount that was entered: below `prefix` the path is `path`. */
interface Mount {
  readonly prefix: string
  readonly path: string
  readonly own: string
  readonly parent: Mount | undefined
}

const ROUTE: unique symbol = Symbol.for('@actionlog/koa/v1/route')
const MOUNT: unique symbol = Symbol.for('@actionlog/koa/v1/mount')
const TRACKED: unique symbol = Symbol.for('@actionlog/koa/v1/tracked')

interface Tracked extends Context {
  [TRACKED]?: true
  [ROUTE]?: { readonly path: string | RegExp; readonly name: string | undefined; readonly prefix: string }
  [MOUNT]?: Mount
  matched?: readonly Layer[]
  routerPath?: string | RegExp
  routerName?: string
}

/**
 * Follows the routers of the context's app from its first request on. Afterwards it cannot be told which
 * route ran: routers overwrite each other's answer, the last match is not always the one that was called,
 * and koa-mount takes its prefix back. So the two properties they assign become accessors.
 */
export function trackRoutes(ctx: Tracked): void {
  if (ctx[TRACKED]) return
  Object.defineProperties(ctx.app.context, {
    [TRACKED]: { value: true },
    mountPath: {
      configurable: true,
      get(this: Tracked) {
        return this[MOUNT]?.own
      },
      set(this: Tracked, prefix: string) {
        enterMount(this, prefix)
      },
    },
    _matchedRoute: {
      configurable: true,
      get(this: Tracked) {
        return this[ROUTE]?.path
      },
      set(this: Tracked, path: string | RegExp) {
        enterRoute(this, path)
      },
    },
  })
}

/** The route's name, else `METHOD /route/:pattern` with all prefixes, else `(unmatched)`. */
export function viewNameOf(ctx: Tracked, method: string): string {
  const route = ctx[ROUTE]
  if (!route) return '(unmatched)'
  return route.name ?? `${method} ${withPrefix(route.prefix, String(route.path))}`
}

function enterMount(ctx: Tracked, own: string): void {
  const parent = mountOf(ctx)
  const bare = own.replace(/\/$/, '')
  // koa-mount keeps the slash after the prefix, or makes one
  ctx[MOUNT] = {
    parent,
    own,
    prefix: (parent?.prefix ?? '') + bare,
    path: ctx.path.slice(bare.length) || '/',
  }
}

/** The mount this code is below: one that was left has another path than the context has now. */
function mountOf(ctx: Tracked): Mount | undefined {
  let mount = ctx[MOUNT]
  while (mount && mount.path !== ctx.path) mount = mount.parent
  return mount
}

function enterRoute(ctx: Tracked, path: string | RegExp): void {
  // the router also assigns the path of each `router.use()` layer it passes: those are no routes
  const layer = ctx.matched?.findLast((candidate) => candidate.path === path && candidate.methods.length > 0)
  if (!layer) return
  const entered = ctx.routerPath === path ? ctx.routerName : undefined
  ctx[ROUTE] = { path, name: entered ?? layer.name ?? undefined, prefix: mountOf(ctx)?.prefix ?? '' }
}

function withPrefix(prefix: string, path: string): string {
  return prefix && path === '/' ? prefix : prefix + path
}
