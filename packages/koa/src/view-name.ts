import type { ActionLog } from '@actionlog/core'
import type { Context } from 'koa'
import { guard } from './guard.js'

/** What @koa/router (7 to 15) leaves on the context: every layer whose path matched, in order. */
interface Layer {
  readonly path: string | RegExp
  readonly name?: string | symbol | null | undefined
  /** None: the middleware of a `router.use()`. */
  readonly methods: readonly string[]
}

interface Route {
  readonly name: string
  /** Its handler was called; else only a middleware before it was. */
  readonly entered: boolean
}

/** A koa-mount that was entered. */
interface Mount {
  /** With those of the mounts around it. */
  readonly prefix: string
  /** The path outside of it, which it gives back when it is left. */
  readonly outside: string
  readonly parent: Mount | undefined
}

/** What a request's routers and mounts did so far, with the values they believe to have assigned. */
interface Trail {
  route?: Route
  mount?: Mount | undefined
  mountPath?: string
  matchedRoute?: string | RegExp
}

const TRAIL: unique symbol = Symbol.for('@actionlog/koa/v1/trail')
const TRACKED: unique symbol = Symbol.for('@actionlog/koa/v1/tracked')

interface Tracked extends Context {
  [TRACKED]?: true
  [TRAIL]?: Trail
  matched?: readonly Layer[]
  router?: { readonly stack?: readonly Layer[] }
  routerPath?: string | RegExp
  routerName?: string | symbol
}

export function isTracked(ctx: Tracked): boolean {
  return TRACKED in ctx
}

/**
 * Follows the routers of the context's app from its first request on. Afterwards it cannot be told which
 * route ran: routers overwrite each other's answer, the last match is not always the one that was called,
 * and koa-mount takes its prefix back. So the properties they assign become accessors.
 */
export function trackRoutes(ctx: Tracked, log: ActionLog): void {
  const follow = (step: () => void): void => guard(log, 'following the router', step)
  Object.defineProperties(ctx.app.context, {
    [TRACKED]: { value: true },
    mountPath: {
      configurable: true,
      get(this: Tracked) {
        return this[TRAIL]?.mountPath
      },
      set(this: Tracked, prefix: string) {
        trailOf(this).mountPath = prefix
        follow(() => enterMount(this, prefix))
      },
    },
    path: {
      configurable: true,
      get(this: Tracked) {
        return this.request.path
      },
      set(this: Tracked, path: string) {
        this.request.path = path
        leaveMounts(this, path)
      },
    },
    _matchedRoute: {
      configurable: true,
      get(this: Tracked) {
        return this[TRAIL]?.matchedRoute
      },
      set(this: Tracked, path: string | RegExp) {
        trailOf(this).matchedRoute = path
        follow(() => enterRoute(this, path))
      },
    },
  })
  // what a router or a mount around this middleware has assigned to this very context already
  for (const name of ['mountPath', '_matchedRoute'] as const) {
    const value = Object.hasOwn(ctx, name) ? ctx[name] : undefined
    if (value === undefined) continue
    delete ctx[name]
    ctx[name] = value
  }
}

/** What the setting `viewName` says, else the route's name, else `METHOD /route/:pattern` with all prefixes, else `(unmatched)`. */
export function viewNameOf(ctx: Tracked, log: ActionLog): string {
  const { viewName } = log.settings
  const own: unknown = viewName && guard(log, 'ACTION_LOG_SETTING.viewName', () => viewName(ctx))
  return own && typeof own === 'string' ? own : (ctx[TRAIL]?.route?.name ?? '(unmatched)')
}

function trailOf(ctx: Tracked): Trail {
  ctx[TRAIL] ??= {}
  return ctx[TRAIL]
}

function enterMount(ctx: Tracked, mountPath: string): void {
  const trail = trailOf(ctx)
  const parent = trail.mount
  trail.mount = { parent, outside: ctx.path, prefix: (parent?.prefix ?? '') + mountPath }
}

function leaveMounts(ctx: Tracked, path: string): void {
  const trail = ctx[TRAIL]
  if (trail?.mount?.outside === path) trail.mount = trail.mount.parent
}

/** Called for each layer that a router enters, and once before, with the last that matched. */
function enterRoute(ctx: Tracked, path: string | RegExp): void {
  const trail = trailOf(ctx)
  const { method, matched = [], router, routerPath, routerName } = ctx
  const callable = matched.filter(({ methods }) => methods.length === 0 || methods.includes(method))
  const own = callable.filter((layer) => router?.stack?.includes(layer))
  const layers = own.some((layer) => layer.path === path) ? own : callable
  const from = layers.findIndex((layer) => layer.path === path)
  const layer = layers.find(({ methods }, i) => i >= from && methods.length > 0)
  if (from < 0 || !layer) return
  const entered = layer === layers[from] && routerPath === path
  if (trail.route?.entered && !entered) return
  const name = (entered && routerName) || layer.name
  trail.route = { entered, name: name ? String(name) : `${method} ${withPrefix(trail.mount, layer.path)}` }
}

function withPrefix(mount: Mount | undefined, path: string | RegExp): string {
  const prefix = mount?.prefix ?? ''
  return path === '/' ? prefix || '/' : prefix + String(path) || '/'
}
