import { request } from 'node:http'
import Koa from 'koa'
import { serve } from './serve.js'

/** The status and body that a request was answered with, and the view name in its record. */
export interface Answer {
  readonly status: number | undefined
  readonly body: string
  readonly viewName: string
}

/** Asks `METHOD target@host` (GET without a method), one after the other; fails if anything was reported. */
export async function answers(
  build: (app: Koa) => unknown,
  requests: readonly string[],
  App: typeof Koa = Koa,
): Promise<Answer[]> {
  const { port, records, problems } = await serve(build, {}, App)
  const answered: { status: number | undefined; body: string }[] = []
  for (const [i, line] of requests.entries()) {
    const [path = '', method] = line.split(' ').reverse()
    const [, target = path, host = 'x'] = /^(.*)@(.*)$/.exec(path) ?? []
    answered.push(await ask({ port, method, path: target, headers: { host } }))
    await records(i + 1)
  }
  expect(problems).toEqual([])
  const written = await records(requests.length)
  return answered.map((answer, i) => ({ ...answer, viewName: written[i]?.view_name ?? '' }))
}

/** The view names of those requests. */
export async function viewNames(
  build: (app: Koa) => unknown,
  requests: readonly string[],
  App: typeof Koa = Koa,
): Promise<string[]> {
  return (await answers(build, requests, App)).map(({ viewName }) => viewName)
}

/** Requests, and gives the answer with its whole body. */
export function ask(options: object): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(options, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => (body += text))
      response.on('end', () => resolve({ status: response.statusCode, body }))
    })
    asked.on('error', reject).end()
  })
}
