import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { folderWith, runCli } from './run-cli.js'
import { shopLog } from './seeded-log.js'

// The README's screens are what the command really prints. After a change: UPDATE_README=1 npx vitest run packages/cli/test/readme

const README = join(import.meta.dirname, '../README.md')
const { text, requests } = shopLog()
const folder = folderWith({ 'my_action.log': text })

const published = {
  ...requests[0],
  time: '2026-11-22T20:49:04.120Z',
  request_id: 'r-1',
  method: 'POST',
  url: '/posts',
  view_name: 'POST /posts',
  status_code: 302,
  user: 'ada',
}
const tailed = [
  'Listening on port 3000',
  { time: published.time, label_name: 'post_published', request_id: 'r-1', user: 'ada', post_id: 26 },
  published,
  {
    ...requests[0],
    time: '2026-11-22T20:49:07.300Z',
    view_name: 'GET /authors',
    url: '/authors',
    user: null,
    sql_count: 12,
    sql_repeat: 'Post.findFirst',
    sql_repeat_count: 10,
  },
  {
    ...requests[0],
    time: '2026-11-22T20:49:09.018Z',
    view_name: 'broken',
    url: '/broken',
    status_code: 500,
    ex_type: 'Error',
    ex_message: 'The bridge is out',
  },
]

test.each([
  ['report', 0, ['report', 'my_action.log'], ''],
  [
    'tail',
    1,
    ['tail'],
    `${tailed.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')}\n`,
  ],
] as const)('the README shows what `%s` prints', async (_, n, args, input) => {
  const { stdout, code } = await runCli(args, input, { COLUMNS: '80' }, folder)
  expect(code).toBe(0)
  const readme = readFileSync(README, 'utf8')
  const [, shown = '', start = 0] =
    [...readme.matchAll(/^```text\n(.*?)```$/gms)].map(
      (match) => [match.index, match[1], match.index + 8] as const,
    )[n] ?? []
  if (process.env.UPDATE_README)
    writeFileSync(README, readme.slice(0, start) + stdout + readme.slice(start + shown.length))
  else expect(shown).toBe(stdout)
})
