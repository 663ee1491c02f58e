import { copyFileSync, linkSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { footprint } from '../footprint.js'
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

test('a glob means the files that match', async () => {
  folder.write('a.log', line('a'))
  folder.write('a.log.1', line('b'))
  folder.write('b.log', line('no'))
  expect(await idsOf('a.log*')).toEqual(['a', 'b'])
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
