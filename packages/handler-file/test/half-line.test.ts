import { appendFileSync, closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { endHalfLine } from '../src/file/tail.js'
import { runNow } from '../src/steps.js'
import { logfile } from './log-folder.js'

/** While it waits, a sibling writes. */
vi.mock('../src/sleep.js', () => ({ sleep: () => appendFileSync(logfile, ' of a line\nhalf') }))

describe('half a line at the end of the file', () => {
  it('is not ended while a sibling is writing, whenever it is looked at', () => {
    writeFileSync(logfile, 'half')
    const fd = openSync(logfile, 'a+')
    expect(runNow(endHalfLine(fd, `${logfile}.lock`))).toBe(false)
    closeSync(fd)
    expect(readFileSync(logfile, 'utf8').replaceAll('half of a line\n', '')).toBe('half')
  })
})
