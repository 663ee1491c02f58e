import type { Context } from 'koa'
import { type Layer, MatchedLayers, type RouterState, startOfLayers } from './matched-layers.js'
import { Mount, pathInside } from './mount.js'

/** A Koa context, with what routers and mounts assign to it. */
export type RoutedContext = Context & RouterState & { readonly mountPath?: unknown }

type Pattern = string | RegExp | readonly (string | RegExp)[]

/** What the routers and mounts of one context did so far, and the route that answered. */
export class RouteTrail {
  /** That of the context which handed this response on. */
  readonly outer: RouteTrail | undefined
  /** The values last assigned to the context. */
  readonly assigned: Record<string, unknown> = {}

  #mount: Mount | undefined
  #entering: Mount | undefined = undefined
  #matched: readonly Layer[] | undefined = undefined
  #seen = 0
  #layers: MatchedLayers | undefined = undefined

  #hasRoute = false
  #isInRoute = false
  #name: Layer['name'] = undefined
  #pattern: Pattern = ''
  #method = ''
  #prefix = ''

  // what the response was when the route was entered
  #body: unknown = undefined
  #status = 0
  #isExplicit: boolean | undefined = false
  #respond: boolean | undefined = undefined

  constructor(outer: RouteTrail | undefined) {
    this.outer = outer
    this.#mount = outer ? outer.#mount : undefined
  }

  /** The name of the route, else its method and pattern; `undefined` if none was entered. */
  get viewName(): string | undefined {
    if (!this.#hasRoute) return undefined
    if (this.#name) return String(this.#name)
    const pattern = String(this.#pattern)
    return `${this.#method} ${pattern === '/' ? this.#prefix || '/' : this.#prefix + pattern || '/'}`
  }

  /** koa-router and @koa/router enter a layer. */
  enterLayer(ctx: RoutedContext): void {
    const { matched } = ctx
    if (!Array.isArray(matched)) return
    if (matched !== this.#matched) this.#seen = 0
    if (matched.length > this.#seen) {
      const start = startOfLayers(matched, this.#seen, ctx.router)
      this.#layers = new MatchedLayers(matched, start, this.#layers)
      this.#matched = matched
      this.#seen = matched.length
    }
    let layers = this.#layers
    while (layers && !layers.enter(ctx)) layers = layers.outer
    if (!layers) return
    this.#layers = layers
    const { route } = layers
    if (route) this.enterRoute(ctx, route.path, route.name, layers.isInRoute)
  }

  /** @param isInRoute false while only middleware before the route is entered */
  enterRoute(ctx: RoutedContext, pattern: Pattern, name?: Layer['name'], isInRoute = true): void {
    if (this.#isInRoute && (!isInRoute || this.#hasAnswered(ctx))) return
    if (this.#hasRoute && !isInRoute && pattern === this.#pattern) return
    this.#hasRoute = true
    this.#isInRoute = isInRoute
    this.#name = name
    this.#pattern = pattern
    this.#method = ctx.method
    this.#prefix = this.#prefixOf(ctx)
    if (!isInRoute) return
    this.#body = ctx.body
    this.#status = ctx.status
    this.#isExplicit = isStatusExplicit(ctx)
    this.#respond = ctx.respond
  }

  /** koa-mount enters, unless the path it cuts does not follow. */
  enterMount(ctx: RoutedContext, mountPath: unknown): void {
    const { path } = ctx
    this.followPath(path)
    if (typeof mountPath === 'string' && path.startsWith(mountPath))
      this.#entering = new Mount(mountPath, path, this.#mount)
  }

  /** The path was assigned: a mount is entered or left, or the application rewrites it. */
  followPath(path: string): void {
    const entering = this.#entering
    this.#entering = undefined
    if (entering?.isEnteredBy(path)) this.#mount = entering
    else while (this.#mount?.isLeftBy(path)) this.#mount = this.#mount.parent
  }

  /** Whether the response was set since the route was entered, and not reset. */
  #hasAnswered(ctx: RoutedContext): boolean {
    return (
      ctx.body !== this.#body ||
      ctx.status !== this.#status ||
      isStatusExplicit(ctx) !== this.#isExplicit ||
      ctx.respond !== this.#respond
    )
  }

  #prefixOf(ctx: RoutedContext): string {
    const { mountPath } = ctx
    // not seen when it was assigned: in the first request around this middleware, or on an accessor of the app's own
    if (typeof mountPath === 'string' && mountPath !== this.assigned.mountPath) {
      const [path = ''] = ctx.originalUrl.split('?', 1)
      return path.startsWith(mountPath) && pathInside(mountPath, path) === ctx.path ? mountPath : ''
    }
    if (this.#mount || this.#entering) this.followPath(ctx.path)
    return this.#mount?.prefix ?? ''
  }
}

/** Whether the application set the status, be it to the 404 that Koa begins with. */
function isStatusExplicit({ response }: RoutedContext): boolean | undefined {
  return (response as { _explicitStatus?: boolean })._explicitStatus
}
