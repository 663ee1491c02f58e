import type { RequestFacts } from '../src/record/footprint.js'

/** What a middleware would know of an ordinary request. */
export const facts: RequestFacts = {
  method: 'GET',
  url: '/posts?page=2',
  view_name: 'posts',
  status_code: 200,
  user: 'alice',
  remote_ip: '127.0.0.1',
  user_agent: 'curl/8',
  aborted: false,
}
