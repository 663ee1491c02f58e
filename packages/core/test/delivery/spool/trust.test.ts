import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drain, entry, openSpool, segmentsIn } from './fixtures/drain.js'

const mayChown = process.platform !== 'win32' && process.getuid?.() === 0

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actionlog-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A segment that an ended process left: one entry. */
async function leave(): Promise<string> {
  const { spool } = openSpool(folder)
  await spool.append(entry(0))
  spool.close()
  return join(folder, segmentsIn(folder)[0] as string)
}

/** Nothing of the folder is taken over, and the reason is reported. */
async function expectLeftAlone(reason: string): Promise<void> {
  const { spool, reported } = openSpool(folder)
  const before = readdirSync(folder)
  expect(await spool.adopt()).toBe(0)
  expect(await drain(spool)).toEqual([])
  expect(reported.failures.join()).toContain(reason)
  expect(readdirSync(folder)).toEqual(before)
  spool.close()
}

describe.runIf(process.platform === 'linux')('a folder that cannot be made', () => {
  test('is refused at once, below /proc too', () => {
    expect(() => openSpool('/proc/no-folder/spool')).toThrow(/ENOENT/)
  })

  test('is refused if its name is that of a dangling link', () => {
    symlinkSync(join(folder, 'nothing'), join(folder, 'link'))
    expect(() => openSpool(join(folder, 'link'))).toThrow(/ENOENT|EEXIST/)
  })
})

describe('a folder with the name of a lock', () => {
  test('is reported, and does not stop the adoption of what ended processes left', async () => {
    await leave()
    mkdirSync(join(folder, `${'1'.repeat(16)}.lock`))
    const { spool, reported } = openSpool(folder)
    expect(await spool.adopt()).toBe(1)
    expect(reported.failures.join()).toContain('.lock')
    spool.close()
  })
})

describe.skipIf(process.platform === 'win32')('a folder for a spool', () => {
  test.each([0o770, 0o707, 0o777, 0o1777])('that others may write to is refused: mode %o', (mode) => {
    chmodSync(folder, mode)
    expect(() => openSpool(folder)).toThrow(`others may write to it (mode ${mode.toString(8)})`)
  })

  test('that others may only read is accepted', () => {
    chmodSync(folder, 0o755)
    openSpool(folder).spool.close()
  })

  test.runIf(mayChown)('of another user is refused', () => {
    chownSync(folder, 12_345, 12_345)
    expect(() => openSpool(folder)).toThrow('it belongs to the user 12345')
  })
})

describe.skipIf(process.platform === 'win32')('a segment that no spool of this user wrote', () => {
  test.runIf(mayChown)('is left alone: it belongs to another user', async () => {
    chownSync(await leave(), 12_345, 12_345)
    await expectLeftAlone('it belongs to the user 12345')
  })

  test('is left alone: others may write to it', async () => {
    chmodSync(await leave(), 0o666)
    await expectLeftAlone('others may write to it (mode 666)')
  })

  test('is left alone: it is a link', async () => {
    const path = await leave()
    const elsewhere = join(folder, 'elsewhere')
    renameSync(path, elsewhere)
    symlinkSync(elsewhere, path)
    await expectLeftAlone('ELOOP')
  })

  test('is left alone: it is larger than a segment can be, although it is sparse', async () => {
    truncateSync(await leave(), 1_560_000_000)
    await expectLeftAlone('it has 1560000000 bytes')
  })
})
