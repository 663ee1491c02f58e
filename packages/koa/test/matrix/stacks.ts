import Router from '@koa/router'
import Koa from 'koa'
import Koa2 from 'koa2'
import Router12 from 'router12'

/** A generation of Koa with its router: both are in use. */
export interface Stack {
  readonly name: string
  readonly Koa: typeof Koa
  readonly Router: typeof Router
}

export const stacks: readonly Stack[] = [
  { name: 'Koa 3 and @koa/router 15', Koa, Router },
  { name: 'Koa 2 and @koa/router 12', Koa: Koa2, Router: Router12 },
]
