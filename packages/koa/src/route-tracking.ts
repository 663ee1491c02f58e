import type { ActionLog } from '@actionlog/core'
import { reportThrown } from './guard.js'
import type { Route } from './route.js'
import { type RoutedContext, RouteTrail } from './route-trail.js'

const TRAIL: unique symbol = Symbol.for('@actionlog/koa/v1/trail')
const TRACKED: unique symbol = Symbol.for('@actionlog/koa/v1/tracked')

interface Trailed {
  [TRAIL]?: RouteTrail
}

type Tracked = RoutedContext & Trailed & { readonly [TRACKED]?: true; readonly res?: Trailed }

type Followed = 'routerName' | 'routePath' | 'route' | 'mountPath'
type Follow = (trail: RouteTrail, ctx: RoutedContext, value: unknown) => void

/** The properties that routers and mounts assign to a context while they run. */
const FOLLOWED: Readonly<Record<Followed, Follow>> = {
  // koa-router and @koa/router, for each layer
  routerName: (trail, ctx) => trail.enterLayer(ctx),
  // koa-route
  routePath: (trail, ctx, pattern) => {
    if (typeof pattern === 'string' || pattern instanceof RegExp || Array.isArray(pattern))
      trail.enterRoute(ctx, pattern)
  },
  // koa-better-router and koa-rest-router
  route: (trail, ctx, value) => {
    const { path, middlewares } = (value ?? {}) as { path?: unknown; middlewares?: unknown }
    if (typeof path === 'string' && Array.isArray(middlewares)) trail.enterRoute(ctx, path)
  },
  // koa-mount
  mountPath: (trail, ctx, mountPath) => trail.enterMount(ctx, mountPath),
}

const NAMES = Object.keys(FOLLOWED) as readonly Followed[]

/**
 * Follows the routers of the context's app from its first request on. At the end of a request it is no longer known
 * which route answered: routers overwrite what they assigned, the last match is not always the route that was called,
 * and koa-mount restores the path. So setters watch these assignments, where the app has no property of that name.
 */
export function trackRoutes(ctx: Tracked, log: ActionLog): void {
  if (TRACKED in ctx) return
  const { context } = ctx.app
  Reflect.defineProperty(context, TRACKED, { value: true })
  for (const name of NAMES) {
    if (!(name in context)) followAssignments(context, name, ctx, log)
  }
  followPath(context, log)
}

/** The route of the context, else of another context that got the same response. */
export function trackedRoute(ctx: Tracked): Route | undefined {
  let route = ctx[TRAIL]?.routeOf(ctx)
  if (route) return route
  // the context that handed the response on comes before the one that received it
  for (let trail = ctx.res?.[TRAIL]; trail; trail = trail.outer) route = trail.routeOf(ctx) ?? route
  return route ?? lastRoute(ctx)
}

/** The route entered last, for an app that could not be followed: it has such properties itself, or a frozen context. */
function lastRoute(ctx: Tracked): Route | undefined {
  if (ctx[TRAIL]) return undefined
  const trail = new RouteTrail(undefined)
  for (const name of NAMES) if (Object.hasOwn(ctx, name)) FOLLOWED[name](trail, ctx, ctx[name])
  return trail.routeOf(ctx)
}

/** An assignment still creates an enumerable own property of the context, as it does without this setter. */
function followAssignments(context: object, name: Followed, first: Tracked, log: ActionLog): void {
  const follow = FOLLOWED[name]
  function assign(this: Tracked, value: unknown): void {
    const trail = this[TRAIL] as RouteTrail
    trail[name] = value
    try {
      follow(trail, this, value)
    } catch (error) {
      reportThrown(log, 'following the router', error)
    }
  }
  const own: PropertyDescriptor = {
    configurable: true,
    enumerable: true,
    get(this: Tracked) {
      return this[TRAIL]?.[name]
    },
    set: assign,
  }
  Reflect.defineProperty(context, name, {
    configurable: true,
    set(this: Tracked, value: unknown) {
      if (this.res === undefined) {
        // no request's context, but a prototype of them: from now on the app has a property of that name
        Reflect.defineProperty(this, name, { configurable: true, enumerable: true, writable: true, value })
      } else if (Object.isExtensible(this)) {
        startTrail(this)
        Object.defineProperty(this, name, own)
        assign.call(this, value)
      }
    },
  })
  // a router around this middleware has assigned it already
  if (name === 'mountPath' || !Object.hasOwn(first, name)) return
  const value = first[name]
  startTrail(first)
  if (Reflect.defineProperty(first, name, own)) Reflect.set(first, name, value)
}

/** koa-mount assigns the path when it is entered and left. */
function followPath(context: object, log: ActionLog): void {
  const inherited = Object.hasOwn(context, 'path') ? undefined : descriptorOf(context, 'path')
  const { get, set } = inherited ?? {}
  if (!get || !set) return
  Reflect.defineProperty(context, 'path', {
    configurable: true,
    get,
    set(this: Tracked, path: string) {
      set.call(this, path)
      try {
        this[TRAIL]?.followPath(path)
      } catch (error) {
        reportThrown(log, 'following the router', error)
      }
    },
  })
}

function startTrail(ctx: Tracked): void {
  const { res } = ctx
  if (ctx[TRAIL] === undefined) ctx[TRAIL] = res[TRAIL] = new RouteTrail(res[TRAIL])
}

function descriptorOf(object: object, name: string): PropertyDescriptor | undefined {
  for (let owner = object; owner; owner = Object.getPrototypeOf(owner)) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name)
    if (descriptor) return descriptor
  }
  return undefined
}
