import {
  chmodSync,
  chownSync,
  lchownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { fileHandler } from '../src/index.js'
import { stampOf } from '../src/rotation/rotated-name.js'
import { emit, folder, ids, isRoot, listen, logfile, names, onLinux, range, sh } from './log-folder.js'

const ANOTHER = 12_345
const DAY = 86_400_000

/** A folder such as /tmp: everyone may write to it, and nobody may remove what another has made. */
function shareFolder(): void {
  chmodSync(folder, 0o1777)
}

function cannotBeOpened(why: string): object {
  return expect.objectContaining({
    code: 'handler_failed',
    message: expect.stringContaining(`options.logfile "${logfile}" cannot be opened: ${why}`),
  })
}

describe.runIf(onLinux && isRoot)('in a folder where everyone may write, a start is refused by', () => {
  beforeEach(shareFolder)

  test('a file of another user', () => {
    writeFileSync(logfile, '')
    chownSync(logfile, ANOTHER, ANOTHER)
    expect(() => fileHandler({ logfile })).toThrow(
      cannotBeOpened(`${logfile} belongs to another user (uid ${ANOTHER}); everyone may write to ${folder}`),
    )
    expect(readFileSync(logfile, 'utf8')).toBe('')
  })

  test('a symbolic link of another user to a file of ours', () => {
    mkdirSync(join(folder, 'home'))
    const target = join(folder, 'home/.profile')
    writeFileSync(target, '')
    symlinkSync(target, logfile)
    lchownSync(logfile, ANOTHER, ANOTHER)
    expect(() => fileHandler({ logfile })).toThrow(cannotBeOpened(`${logfile} belongs to another user`))
    expect(readFileSync(target, 'utf8')).toBe('')
  })

  test('a symbolic link of another user on the way to it', () => {
    const link = join(folder, 'app')
    mkdirSync(join(folder, 'home'))
    symlinkSync('home', link)
    lchownSync(link, ANOTHER, ANOTHER)
    const file = join(link, 'logs/action.log')
    expect(() => fileHandler({ logfile: file })).toThrow(
      `"${file}" cannot be opened: ${link} belongs to another`,
    )
    expect(names()).toEqual(['app', 'home'])
  })

  test('a dangling symbolic link of another user: its target is not made', () => {
    symlinkSync(join(folder, 'target'), logfile)
    lchownSync(logfile, ANOTHER, ANOTHER)
    expect(() => fileHandler({ logfile })).toThrow(cannotBeOpened(`${logfile} belongs to another user`))
    expect(names()).toEqual(['action.log'])
  })

  test('a FIFO of another user', async () => {
    await sh('mkfifo', logfile)
    chownSync(logfile, ANOTHER, ANOTHER)
    expect(() => fileHandler({ logfile })).toThrow(cannotBeOpened(`${logfile} belongs to another user`))
  })

  test('a folder of another user', () => {
    mkdirSync(logfile)
    chownSync(logfile, ANOTHER, ANOTHER)
    expect(() => fileHandler({ logfile })).toThrow(cannotBeOpened(`${logfile} belongs to another user`))
  })

  test('a hard link to a file of ours', () => {
    mkdirSync(join(folder, 'home'))
    writeFileSync(join(folder, 'home/.profile'), '')
    linkSync(join(folder, 'home/.profile'), logfile)
    expect(() => fileHandler({ logfile })).toThrow(cannotBeOpened(`${logfile} is a hard link`))
  })
})

describe.runIf(onLinux && isRoot)('in a folder where everyone may write', () => {
  test('a file planted while the app runs is reported, and the lines go on into the open file', async () => {
    shareFolder()
    const handler = fileHandler({ logfile })
    const reports = listen(handler)
    emit(handler, 0, 10)
    await handler.flush()
    await sh('mv', logfile, `${logfile}.1`)
    writeFileSync(logfile, '')
    chownSync(logfile, ANOTHER, ANOTHER)
    handler.reopen()
    emit(handler, 10, 20)
    await handler.close()
    expect(ids(`${logfile}.1`)).toEqual(range(20))
    expect(reports.messages).toEqual([
      expect.stringContaining(`cannot be opened: ${logfile} belongs to another user`),
    ])
  })

  test('our own link, and the link and the file of the owner of the folder, are followed and written to', async () => {
    shareFolder()
    chownSync(folder, ANOTHER, ANOTHER)
    const target = join(folder, 'target.log')
    writeFileSync(target, '')
    chownSync(target, ANOTHER, ANOTHER)
    symlinkSync(target, logfile)
    for (const id of [0, 1]) {
      const handler = fileHandler({ logfile })
      emit(handler, id, id + 1)
      await handler.close()
      lchownSync(logfile, ANOTHER, ANOTHER)
    }
    expect(ids(target)).toEqual([0, 1])
  })

  test('elsewhere, the file and the link of another user are written to', async () => {
    const target = join(folder, 'target.log')
    writeFileSync(target, '')
    symlinkSync(target, logfile)
    chownSync(target, ANOTHER, ANOTHER)
    lchownSync(logfile, ANOTHER, ANOTHER)
    const handler = fileHandler({ logfile })
    emit(handler, 0, 10)
    await handler.close()
    expect(ids(target)).toEqual(range(10))
  })
})

describe.runIf(onLinux && isRoot)('rotation in a folder where everyone may write', () => {
  const kept = 3
  beforeEach(shareFolder)

  /** A rotated file of another user. */
  function plant(stamp: string): string {
    const path = join(folder, `action-${stamp}.log`)
    writeFileSync(path, '')
    chownSync(path, ANOTHER, ANOTHER)
    return basename(path)
  }

  /** Rotates so many times, and returns the names of the rotated files that are not planted. */
  async function rotate(times: number, planted: readonly string[]): Promise<string[]> {
    const handler = fileHandler({ logfile, rotateBytes: 100, keepFiles: kept })
    const reports = listen(handler)
    for (let id = 0; id <= times * 2 + 1; id++) {
      emit(handler, id, id + 1)
      await handler.flush()
    }
    await handler.close()
    expect(reports.messages).toEqual([])
    return names().filter((name) => name !== 'action.log' && !planted.includes(name))
  }

  test('counts no rotated file of another user, whatever its date', async () => {
    const planted = ['9998-01-01', '9998-01-02', '9998-01-03', '9999-12-31', '2001-01-01'].map((day) =>
      plant(`${day}T23-59-59.999`),
    )
    const rotated = await rotate(10, planted)
    expect(rotated.length).toBe(kept)
    for (const name of rotated) expect(name).toMatch(/^action-20\d\d-/)
    expect(names()).toEqual(expect.arrayContaining(planted))
  })

  test('counts no rotated file of ours that is dated ahead', async () => {
    const path = join(folder, 'action-9999-12-31T23-59-59.999.log')
    writeFileSync(path, '')
    const rotated = await rotate(10, [basename(path)])
    expect(rotated.length).toBe(kept)
    for (const name of rotated) expect(name).toMatch(/^action-20\d\d-/)
  })

  test('names a file by the clock if its own time is ahead', async () => {
    writeFileSync(logfile, '{"id":0}\n'.repeat(20))
    utimesSync(logfile, new Date('9998-01-01'), new Date('9998-01-01'))
    const [name] = await rotate(1, [])
    expect(name && name < `action-${stampOf(Date.now() + DAY)}`).toBe(true)
  })

  test.each([
    ['a dangling symbolic link', () => symlinkSync('nowhere', `${logfile}.lock`), 'it is a symbolic link'],
    [
      'a file of another user',
      () => writeFileSync(`${logfile}.lock`, ''),
      `another user made it (uid ${ANOTHER})`,
    ],
    [
      'a file whose time is ahead',
      () => {
        writeFileSync(`${logfile}.lock`, '')
        const ahead = new Date(Date.now() + 5_000)
        utimesSync(`${logfile}.lock`, ahead, ahead)
      },
      'its time is in the future',
    ],
  ])('reports %s in the place of the lock, and goes on', async (what, lock, why) => {
    lock()
    if (what.endsWith('user')) lchownSync(`${logfile}.lock`, ANOTHER, ANOTHER)
    const handler = fileHandler({ logfile, rotateBytes: 100 })
    const reports = listen(handler)
    for (let id = 0; id < 10; id++) {
      emit(handler, id, id + 1)
      await handler.flush()
    }
    await handler.close()
    expect(names().length).toBeGreaterThan(2)
    expect(reports.messages).toEqual([
      `@actionlog/handler-file: ${logfile}.lock is not a lock of this handler, so it is ignored: ${why}`,
    ])
  })
})
