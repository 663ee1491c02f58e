import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpoolFile } from '../../../src/delivery/spool/file.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actionlog-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('a file of the spool', () => {
  it('that is closed while it is read or written stays open until then', async () => {
    const path = join(folder, 'file')
    const file = SpoolFile.create(path)
    file.writeSync(Buffer.from('hello'), 0)
    const reading = file.read(100, 0)
    const writing = file.write(Buffer.alloc(1_000_000, 'x'), 5)
    file.close()
    file.close()
    expect((await reading).toString('utf8', 0, 5)).toBe('hello')
    await writing
    expect(readFileSync(path).length).toBe(1_000_005)
    await expect(file.read(1, 0)).rejects.toThrow('closed')
  })

  it('never replaces another one', () => {
    const path = join(folder, 'file')
    SpoolFile.create(path).close()
    expect(() => SpoolFile.create(path)).toThrow('EEXIST')
  })
})
