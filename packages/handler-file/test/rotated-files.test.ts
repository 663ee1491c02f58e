import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { RotatedFiles } from '../src/rotation/rotated-files.js'
import { localTime, stampOf } from '../src/rotation/rotated-name.js'
import { folder, logfile } from './log-folder.js'

const time = (n: number): number => localTime(n)
const file = (n: number, ending = '.log'): string => {
  const path = join(folder, `action-${stampOf(n)}${ending}`)
  writeFileSync(path, '')
  return path
}

describe('the rotated files of a folder', () => {
  test('come oldest first, each with the same compressed', async () => {
    const paths = [file(1), file(1, '.log.gz'), file(2, '.log.gz'), file(3), file(4)]
    const files = await RotatedFiles.read(logfile)
    const before = [...files.before(time(4))].map(({ path }) => path)
    expect(before.toSorted()).toEqual(paths.slice(0, 4))
    expect(before.slice(2)).toEqual(paths.slice(2, 4))
    expect([...files.uncompressedFrom(0)].map(({ path }) => path)).toEqual([paths[0], paths[3], paths[4]])
    expect([0, 2, 5].map((n) => files.firstFrom(time(n)))).toEqual([time(1), time(2), undefined])
  })

  test('are counted from the newest: a file and the same compressed once, and nothing that is not ours', async () => {
    for (const each of [1, 2, 3]) file(each)
    file(2, '.log.gz')
    mkdirSync(join(folder, `action-${stampOf(4)}.log`))
    const files = await RotatedFiles.read(logfile)
    expect(await Promise.all([0, 1, 2, 3, 4].map((n) => files.nthNewest(n)))).toEqual([
      0,
      time(3),
      time(2),
      time(1),
      0,
    ])
  })

  test('do not include what grows while one is compressed, nor one of the future', async () => {
    const path = file(1)
    const part = file(1, '.log.gz.0123abcd.part')
    file(Date.now() + 3 * 86_400_000)
    const files = await RotatedFiles.read(logfile)
    expect([...files.uncompressedFrom(0)].map((each) => basename(each.path))).toEqual([basename(path)])
    expect(files.parts).toEqual([{ path: part, of: path }])
  })
})
