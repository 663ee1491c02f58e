import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { footprint } from '../footprint.js'
import { folderWith, runCli } from '../run-cli.js'

const lineOf = (time: string): string => `${JSON.stringify(footprint({ time }))}\n`
const now = '2026-11-22T09:00:00.000Z'
const future = ['2066-01-01T00:00:00.000Z', '2071-05-06T07:08:09.000Z']

async function everyHead(times: readonly string[]): Promise<{ text: string; json: string[]; page: string }> {
  const folder = folderWith({ 'a.log': times.map(lineOf).join('') })
  const [file, pageFile] = [join(folder, 'a.log'), join(folder, 'page.html')]
  const { stdout: text } = await runCli(['report', file], '', { COLUMNS: '400' })
  const { stdout } = await runCli(['report', '--json', '--html', pageFile, file])
  const json = (JSON.parse(stdout) as { input: { notices: string[] } }).input.notices
  return { text, json, page: readFileSync(pageFile, 'utf8') }
}

test('every head says how many records have a time that cannot be right, and the latest', async () => {
  const { text, json, page } = await everyHead([now, ...future])
  const notice =
    '2 records have a time before 2000 or after tomorrow (2066-01-01 00:00:00 to 2071-05-06 07:08:09): a clock was wrong.'
  expect(text).toContain('2026-11-22 09:00:00 to 2026-11-22 09:00:00')
  for (const head of [text, json.join(''), page]) expect(head).toContain(notice)
})

test('a log whose times are all wrong is not called empty', async () => {
  const { text, json } = await everyHead(future.slice(1))
  expect(text).toContain('no record has a time that can be right, UTC')
  expect(json).toEqual([
    expect.stringContaining('1 record has a time before 2000 or after tomorrow (2071-05-06 07:08:09)'),
  ])
})

test('a log whose times are right has no such line', async () => {
  const { text, json } = await everyHead([now])
  expect(text).not.toContain('tomorrow')
  expect(json).toEqual([])
})
