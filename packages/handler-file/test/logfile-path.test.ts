import { join } from 'node:path'
import { logfileRule } from '../src/file/path.js'
import { fileHandler } from '../src/index.js'
import { folder, names, run } from './log-folder.js'

describe('the option logfile', () => {
  test.each(['/var/log/new/', '/var/log/.', 'logs/..', '~/x.log', '~', '~www-data/x.log', '$HOME/x.log'])(
    'refuses %s, which is no path of a file',
    (logfile) => {
      expect(() => fileHandler({ logfile })).toThrow(
        expect.objectContaining({
          code: 'invalid_settings',
          message: `@actionlog/handler-file: options.logfile must be ${logfileRule.expected}, got ${JSON.stringify(logfile)}`,
        }),
      )
    },
  )

  test.each(['file:///tmp/x.log', '%TEMP%\\x.log', 'C:\\logs\\', '', '/tmp/x\0.log', '/tmp/x.log\n'])(
    'refuses %j',
    (logfile) => {
      expect(logfileRule.accepts(logfile)).toBe(false)
    },
  )

  test.each([
    'x.log',
    './x.log',
    '../x',
    'a~b.log',
    '~backup.log',
    '$x.log',
    '/a/b.',
    '/a/..b',
    'C:\\logs\\x.log',
  ])('accepts %s', (logfile) => {
    expect(logfileRule.accepts(logfile)).toBe(true)
  })
})

describe('in a working directory that was deleted', () => {
  const shell = 'mkdir "$(dirname "$4")/cwd"; cd "$(dirname "$4")/cwd"; rmdir "$PWD"; exec "$@"'

  test('a relative logfile fails with a clear error', async () => {
    const { code, err } = await run('natural end', {
      file: join(folder, 'action.log'),
      shell: `${shell.replace('exec "$@"', '')} exec "$1" "$2" "$3" action.log "$5"`,
    })
    expect(code).toBe(1)
    expect(err).toContain(
      'options.logfile "action.log" cannot be opened: the working directory was deleted, so use an absolute path',
    )
  })

  test('an absolute one is written to', async () => {
    const { code } = await run('natural end', { shell })
    expect([code, names()]).toEqual([0, ['action.log']])
  })
})
