import type { Context } from 'koa'

export type RouteName = string | symbol | null | undefined
export type RoutePattern = string | RegExp | readonly (string | RegExp)[]

/** A route that a request has entered, and the response as it was then. */
export class Route {
  /** False while only a router's middleware before the route was entered. */
  readonly isEntered: boolean
  readonly pattern: RoutePattern
  readonly #name: RouteName
  readonly #method: string
  readonly #prefix: string
  readonly #body: unknown
  readonly #status: number
  readonly #isExplicit: boolean
  readonly #isByHand: boolean

  constructor(ctx: Context, prefix: string, pattern: RoutePattern, name: RouteName, isEntered: boolean) {
    this.isEntered = isEntered
    this.pattern = pattern
    this.#name = name
    this.#method = ctx.method
    this.#prefix = prefix
    this.#body = ctx.body
    this.#status = ctx.status
    this.#isExplicit = isStatusExplicit(ctx)
    this.#isByHand = isByHand(ctx)
  }

  /** Its name, else its method and pattern with the prefixes of the mounts around it. */
  get viewName(): string {
    if (this.#name) return String(this.#name)
    const pattern = String(this.pattern)
    return `${this.#method} ${pattern === '/' ? this.#prefix || '/' : this.#prefix + pattern || '/'}`
  }

  /** Whether the response has been set since. */
  hasAnswered(ctx: Context): boolean {
    return (
      ctx.body !== this.#body ||
      ctx.status !== this.#status ||
      isStatusExplicit(ctx) !== this.#isExplicit ||
      isByHand(ctx) !== this.#isByHand
    )
  }
}

/** Whether the application set `ctx.respond`, which only Koa reads. */
export function isByHand(ctx: Context): boolean {
  return Object.hasOwn(ctx, 'respond')
}

/** Koa's own mark: whether the application set the status, even if it is the 404 that Koa starts with. */
function isStatusExplicit({ response }: Context): boolean {
  return (response as { _explicitStatus?: boolean })._explicitStatus === true
}
