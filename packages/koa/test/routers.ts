import Router15 from '@koa/router'
import KoaRouter7 from 'koa-router7'
import KoaRouter13 from 'koa-router13'
import Router8 from 'router8'
import Router10 from 'router10'
import Router12 from 'router12'
import Router13 from 'router13'

/** The generations of koa-router and @koa/router, which tell what they do in different ways. */
export const routers: readonly { readonly name: string; readonly Router: typeof Router15 }[] = [
  { name: 'koa-router 7', Router: KoaRouter7 },
  { name: 'koa-router 13', Router: KoaRouter13 },
  { name: '@koa/router 8', Router: Router8 },
  { name: '@koa/router 10', Router: Router10 },
  { name: '@koa/router 12', Router: Router12 },
  { name: '@koa/router 13', Router: Router13 },
  { name: '@koa/router 15', Router: Router15 },
]
