import type { RequestFacts } from '../src/record/footprint.js'

/** What a middleware would know of an ordinary request. */
export const facts: RequestFacts = {
  method: 'GET',
  url: '/posts?page=2',
  viewName: 'posts',
  statusCode: 200,
  user: 'alice',
  remoteIp: '127.0.0.1',
  userAgent: 'curl/8',
  aborted: false,
}
