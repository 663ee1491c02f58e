// packages that bring no types of their own
declare module 'koa2' {
  import Koa from 'koa'
  export default Koa
}
declare module 'router12' {
  import Router from '@koa/router'
  export default Router
}
declare module 'router8' {
  import Router from '@koa/router'
  export default Router
}
declare module 'router10' {
  import Router from '@koa/router'
  export default Router
}
declare module 'router13' {
  import Router from '@koa/router'
  export default Router
}
declare module 'koa-router7' {
  import Router from '@koa/router'
  export default Router
}
declare module 'koa-router13' {
  import Router from '@koa/router'
  export default Router
}
declare module 'koa-route' {
  import type { Context, Middleware } from 'koa'

  type Handler = (ctx: Context, ...rest: never[]) => unknown
  type Register = (path: string | RegExp | string[], handler: Handler) => Middleware
  const route: { get: Register; all: Register }
  export default route
}
declare module 'koa-route3' {
  import route from 'koa-route'
  export default route
}
declare module 'koa-better-router' {
  import type { Middleware } from 'koa'

  interface Router {
    loadMethods(): this
    get(path: string, handler: Middleware): this
    middleware(): Middleware
  }
  export default function createRouter(options?: { prefix?: string }): Router
}
declare module 'koa-joi-router' {
  import type { Middleware } from 'koa'

  interface Router {
    prefix(path: string): unknown
    route(spec: { method: string | string[]; path: string; handler: Middleware }): this
    middleware(): Middleware
  }
  export default function createRouter(): Router
}
declare module 'koa-compress' {
  import type { Middleware } from 'koa'
  export default function compress(options?: { threshold?: number; gzip?: { flush: number } }): Middleware
}
declare module 'koa-conditional-get' {
  import type { Middleware } from 'koa'
  export default function conditional(): Middleware
}
declare module '@koa/etag' {
  import type { Middleware } from 'koa'
  export default function etag(): Middleware
}
declare module 'koa-static' {
  import type { Middleware } from 'koa'
  export default function serve(root: string): Middleware
}
declare module '@koa/multer' {
  import type { Middleware } from 'koa'

  type Accept = (error: Error | null, accepted: boolean) => void
  interface Options {
    fileFilter?: (req: unknown, file: unknown, accept: Accept) => void
  }
  export default function multer(options?: Options): { any(): Middleware }
}
declare module 'koa-websocket' {
  import type Koa from 'koa'

  type Answer = (ctx: Koa.Context & { websocket: { send(text: string): void } }) => unknown
  export default function websockify(app: Koa): Koa & { ws: { use(answer: Answer): void } }
}
declare module 'connect' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  type Handler = (req: IncomingMessage, res: ServerResponse) => void
  export default function connect(): Handler & { use(path: string, handler: Handler): void }
}
declare module 'express' {
  export { default } from 'connect'
}
