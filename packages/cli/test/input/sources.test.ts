import { copyFileSync, linkSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { footprint } from '../footprint.js'
import { runCli } from '../run-cli.js'
import { loadAll, logFolder } from './loaded-log.js'

let folder: ReturnType<typeof logFolder>
beforeEach(() => {
  folder = logFolder()
})
afterEach(() => folder.remove())
const line = (id: string) => `${JSON.stringify(footprint({ request_id: id }))}\n`
const idsOf = async (...paths: string[]) =>
  (await loadAll(paths.map((path) => join(folder.path, path)))).requests
    .map(({ request_id }) => request_id)
    .sort()

test('a folder means the log files in it, rotated and compressed ones too', async () => {
  folder.write('my_action.log', line('a'))
  folder.write('my_action-2026-11-22T23-59-58.123.log', line('b'))
  folder.write('my_action-2026-11-21T23-59-58.123.log.gz', gzipSync(line('c')))
  folder.write('access.log.1', line('d'))
  folder.write('access.log.2.gz', gzipSync(line('e')))
  folder.write('notes.txt', line('no'))
  mkdirSync(join(folder.path, 'sub.log'))
  expect(await idsOf('.')).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('a quoted pattern means the files that it would mean in a shell', async () => {
  for (const name of ['a.log', 'a.log.1', 'b.log', 'c.log', '.hidden.log', '[x].log'])
    folder.write(name, line(name))
  mkdirSync(join(folder.path, 'web-1/old'), { recursive: true })
  mkdirSync(join(folder.path, 'dir.log'))
  folder.write('web-1/a.log', line('web'))
  folder.write('web-1/old/a.log', line('old'))
  for (const [pattern, ids] of Object.entries({
    'a.log*': ['a.log', 'a.log.1'],
    '?.log': ['a.log', 'b.log', 'c.log'],
    '[ab].log': ['a.log', 'b.log'],
    '[!a].log': ['b.log', 'c.log'],
    '{a,c}.log': ['a.log', 'c.log'],
    '*.log': ['[x].log', 'a.log', 'b.log', 'c.log'],
    '[x].log': ['[x].log'], // there is a file of this name
    'web-*/a.log': ['web'],
    '**/a.log': ['a.log', 'old', 'web'],
    './web-1/../{b,c}.log': ['b.log', 'c.log'],
  })) {
    expect(await idsOf(pattern), pattern).toEqual(ids)
  }
  const { stdout } = await runCli(['report', 'views', '--json', '**/a.log'], '', {}, folder.path)
  expect(JSON.parse(stdout).input.files.toSorted()).toEqual(['a.log', 'web-1/a.log', 'web-1/old/a.log'])
})

test('a file counts once: through two arguments, a link, and a copy made by a rotation', async () => {
  const lines = Array.from({ length: 100 }, (_, i) => line(`${i}`)).join('')
  folder.write('a.log', lines + line('new'))
  folder.write('a.log.2.gz', gzipSync(lines))
  copyFileSync(join(folder.path, 'a.log'), join(folder.path, 'a.log.1'))
  linkSync(join(folder.path, 'a.log'), join(folder.path, 'hard.log'))
  symlinkSync(join(folder.path, 'a.log'), join(folder.path, 'soft.log'))
  expect(await idsOf('a.log', '*.log', '.')).toHaveLength(101)
})

test('files that only begin alike are both read', async () => {
  const banner = `${'Server listens on port 3000\n'.repeat(300)}`
  folder.write('host-a.log', `${banner}${line('a')}`)
  folder.write('host-b.log', `${banner}${line('b')}`)
  expect(await idsOf('.')).toEqual(['a', 'b'])
})

test('what cannot be read is an InputError that says why', async () => {
  mkdirSync(join(folder.path, 'empty'))
  await expect(idsOf('missing.log')).rejects.toMatchObject({
    name: 'InputError',
    message: /missing\.log: there is no such file/,
  })
  await expect(idsOf('*.log')).rejects.toThrow(/no file matches/)
  await expect(idsOf('empty')).rejects.toThrow(/empty holds no log files/)
})
