// packages that bring no types of their own
declare module 'koa2' {
  import Koa from 'koa'
  export default Koa
}
declare module 'router12' {
  import Router from '@koa/router'
  export default Router
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
