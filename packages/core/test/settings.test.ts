import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { ActionLogError, defaultMaskQuery } from '../src/index.js'
import { settingsFromEnv } from '../src/settings/environment.js'
import { type ActionLogSettings, resolveSettings } from '../src/settings/settings.js'
import { memoryHandler } from '../src/testing/index.js'

/** The message of the error these settings give. */
function refused(settings: unknown): string {
  try {
    resolveSettings(settings as ActionLogSettings)
  } catch (error) {
    expect(error).toBeInstanceOf(ActionLogError)
    expect(error).toMatchObject({ code: 'invalid_settings' })
    return (error as Error).message
  }
  return expect.fail('was accepted')
}

describe('resolveSettings', () => {
  it('has the defaults of the documentation', () => {
    const { settings, openHandlers } = resolveSettings({})
    expect(settings).toEqual({
      loginObjName: 'user',
      loginCheckFunc: 'isAuthenticated',
      user: undefined,
      viewName: undefined,
      requestId: undefined,
      requestIdHeader: 'X-Request-Id',
      maskUrl: expect.any(Function),
      ignore: undefined,
      keep: undefined,
      repeatThreshold: 5,
      serverTiming: false,
      onError: undefined,
      fields: undefined,
      transform: undefined,
    })
    expect(openHandlers()).toEqual([expect.objectContaining({ emit: expect.any(Function) })])
    expect(defaultMaskQuery).toEqual(
      expect.arrayContaining(['token', 'password', 'secret', 'key', 'signature']),
    )
  })

  it('takes what is given', () => {
    const handler = memoryHandler()
    const given = {
      loginObjName: 'account',
      loginCheckFunc: 'isLoggedIn',
      user: () => 7,
      viewName: () => 'v',
      requestId: () => 'r-1',
      requestIdHeader: 'X-Trace' as const,
      ignore: () => true,
      keep: () => true,
      repeatThreshold: 2,
      serverTiming: true,
      onError: () => {},
      fields: { service: 'shop' },
      transform: () => null,
    }
    const { settings, openHandlers } = resolveSettings({ ...given, handler })
    expect(settings).toMatchObject(given)
    expect(openHandlers()).toEqual([handler])
    expect(resolveSettings({ handler: [handler, memoryHandler()] }).openHandlers()).toHaveLength(2)
    expect(resolveSettings({ handler, requestIdHeader: false }).settings.requestIdHeader).toBe(false)
  })

  it('masks by the words of maskQuery, by none if it is false', () => {
    const mask = (maskQuery: ActionLogSettings['maskQuery']): string =>
      resolveSettings({ handlerType: 'null', maskQuery }).settings.maskUrl('/?token=1&card=2')
    expect(mask(undefined)).toBe('/?token=***&card=2')
    expect(mask(['card'])).toBe('/?token=1&card=***')
    expect(mask([...defaultMaskQuery, 'card'])).toBe('/?token=***&card=***')
    expect(mask([])).toBe('/?token=1&card=2')
    expect(mask(false)).toBe('/?token=1&card=2')
  })

  it.each([
    [{ handlerType: 5 }, 'handlerType must be a string that is not empty, got 5'],
    [{ handlerType: '' }, 'handlerType must be a string that is not empty, got ""'],
    [
      { handler: {} },
      'handler must be a handler (emit, flush, close, stats) or an array of them, at least one, got {}',
    ],
    [
      { handler: [] },
      'handler must be a handler (emit, flush, close, stats) or an array of them, at least one, got []',
    ],
    [
      { handler: null },
      'handler must be a handler (emit, flush, close, stats) or an array of them, at least one, got null',
    ],
    [{ loginObjName: '' }, 'loginObjName must be a string that is not empty, got ""'],
    [{ loginCheckFunc: () => {} }, 'loginCheckFunc must be a string that is not empty, got a function'],
    [{ user: 'x' }, 'user must be a function (ctx) => string | number | null | undefined, got "x"'],
    [{ requestId: 'x' }, 'requestId must be a function (ctx) => string | undefined, got "x"'],
    [{ viewName: 'x' }, 'viewName must be a function (ctx) => string | undefined, got "x"'],
    [{ requestIdHeader: true }, 'requestIdHeader must be the name of a header, or false, got true'],
    [{ requestIdHeader: 'X Id' }, 'requestIdHeader must be the name of a header, or false, got "X Id"'],
    [{ maskQuery: true }, 'maskQuery must be an array of strings, or false, got true'],
    [{ maskQuery: ['a', ''] }, 'maskQuery must be an array of strings, or false, got ["a",""]'],
    [{ ignore: /x/ }, 'ignore must be a function (ctx) => boolean, got "/x/"'],
    [
      { handler: Array(2) },
      'handler must be a handler (emit, flush, close, stats) or an array of them, at least one, got [null,null]',
    ],
    [{ maskQuery: Array(1) }, 'maskQuery must be an array of strings, or false, got [null]'],
    [{ keep: 1 }, 'keep must be a function (record) => boolean, got 1'],
    [{ repeatThreshold: 1 }, 'repeatThreshold must be an integer from 2 to 1000000, got 1'],
    [{ serverTiming: 'on' }, 'serverTiming must be true or false, got "on"'],
    [{ transform: true }, 'transform must be a function (record) => record | null, got true'],
    [
      { fields: 'x' },
      'fields must be an object of fields, none of them time, label_name, request_id, got "x"',
    ],
    [
      { fields: { time: 0 } },
      'fields must be an object of fields, none of them time, label_name, request_id, got {"time":0}',
    ],
    [
      { fields: new Date(0) },
      'fields must be an object of fields, none of them time, label_name, request_id, got "1970-01-01T00:00:00.000Z"',
    ],
    [
      { fields: new Map([['time', 0]]) },
      'fields must be an object of fields, none of them time, label_name, request_id, got {"time":0}',
    ],
    [{ repeatThreshold: 5n }, 'repeatThreshold must be an integer from 2 to 1000000, got 5n'],
    [{ handlerType: Symbol('file') }, 'handlerType must be a string that is not empty, got Symbol(file)'],
    [
      { handlerType: 'null', 'a\n\u001b[2J': 1 },
      'a\\n\\u001b[2J is unknown; handlerType "null" has no such option',
    ],
    [{ onError: 'log' }, 'onError must be a function (error) => void, got "log"'],
    [{ format: 'xml' }, 'format must be "text" or "json", got "xml"'],
    [{ logfile: 'x' }, 'logfile is unknown; handlerType "stdout" has no such option'],
    [{ handlerType: 'null', fromat: 'text' }, 'fromat is unknown; handlerType "null" has no such option'],
    [{ fromat: 'text' }, 'fromat is unknown; did you mean format?'],
    [{ handler_type: 'file' }, 'handler_type is unknown; did you mean handlerType?'],
    [{ login_obj_name: 'u' }, 'login_obj_name is unknown; did you mean loginObjName?'],
    [
      { handler: memoryHandler(), format: 'text' },
      "format is unknown; pass the handler's own options to its factory",
    ],
  ])('refuses %o', (settings, problem) => {
    expect(refused(settings)).toBe(`@actionlog/core: ACTION_LOG_SETTING.${problem}`)
  })

  it.each([
    [Promise.resolve({ handlerType: 'file' }), 'Promise'],
    [new Map([['handlerType', 'file']]), 'Map'],
    [
      new (class Config {
        get handlerType(): string {
          return 'file'
        }
      })(),
      'Config',
    ],
  ])('refuses an object that has no settings of its own: %o', (settings, name) => {
    const problem = `ACTION_LOG_SETTING must be an object, got an object of the class ${name}`
    expect(refused(settings)).toBe(`@actionlog/core: ${problem}`)
  })

  it('takes settings from another realm, and the fields of an object of any class', () => {
    expect(resolveSettings(runInNewContext('({})')).settings.loginObjName).toBe('user')
    class Config {
      handlerType = 'null'
    }
    expect(resolveSettings(new Config() as never).openHandlers()).toHaveLength(1)
  })

  it('shows a handlerType on one line, whatever is in it', () => {
    const problem = refused({ handlerType: `./a\n\u001b[2J${'b'.repeat(5_000)}` })
    expect(problem).toContain('"./a\\n\\u001b[2Jbbb')
    expect(problem.length).toBeLessThan(500)
  })

  it.each([[5], [null], [[]], ['stdout'], [true]])('refuses settings that are no object: %j', (settings) => {
    expect(refused(settings)).toBe(
      `@actionlog/core: ACTION_LOG_SETTING must be an object, got ${JSON.stringify(settings)}`,
    )
  })

  it('refuses a handler that is given twice', () => {
    const handler = memoryHandler()
    expect(refused({ handler: [handler, memoryHandler(), handler] })).toBe(
      '@actionlog/core: ACTION_LOG_SETTING.handler contains the same handler twice',
    )
  })

  it('opens nothing', () => {
    const logfile = join(tmpdir(), `actionlog-settings-${process.pid}`, 'never.log')
    resolveSettings({ handlerType: 'file', logfile })
    expect(existsSync(logfile)).toBe(false)
  })

  it('refuses a handler beside a handlerType', () => {
    expect(refused({ handler: memoryHandler(), handlerType: 'null' })).toBe(
      '@actionlog/core: ACTION_LOG_SETTING.handler and ACTION_LOG_SETTING.handlerType cannot be used together: give one of them',
    )
  })

  it('lists all problems at once, those of the handler too', () => {
    expect(refused({ repeatThreshold: 0, serverTimings: true, format: 'xml', viewName: 'x' })).toBe(
      [
        '@actionlog/core: 4 problems',
        '  ACTION_LOG_SETTING.repeatThreshold must be an integer from 2 to 1000000, got 0',
        '  ACTION_LOG_SETTING.viewName must be a function (ctx) => string | undefined, got "x"',
        '  ACTION_LOG_SETTING.serverTimings is unknown; did you mean serverTiming?',
        '  ACTION_LOG_SETTING.format must be "text" or "json", got "xml"',
      ].join('\n'),
    )
    expect(refused({ repeatThreshold: 0, handlerType: 'stdoutt' })).toMatch(
      /^@actionlog\/core: 2 problems\n.*repeatThreshold.*\n.*did you mean stdout\?$/,
    )
  })
})

describe('the environment variable ACTION_LOG_SETTING', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('is read when no settings are given, and only then', () => {
    vi.stubEnv('ACTION_LOG_SETTING', '{"handlerType":"null","repeatThreshold":9}')
    expect(resolveSettings().settings.repeatThreshold).toBe(9)
    expect(resolveSettings({}).settings.repeatThreshold).toBe(5)
    expect(settingsFromEnv()).toEqual({ handlerType: 'null', repeatThreshold: 9 })
  })

  it('is checked like any settings', () => {
    vi.stubEnv('ACTION_LOG_SETTING', '{"repeatThreshold":"x"}')
    expect(refused(undefined)).toBe(
      '@actionlog/core: ACTION_LOG_SETTING.repeatThreshold must be an integer from 2 to 1000000, got "x"',
    )
  })

  it.each([undefined, '', '  '])('without it (%j) the defaults hold', (value) => {
    vi.stubEnv('ACTION_LOG_SETTING', value)
    expect(settingsFromEnv()).toEqual({})
  })

  it.each([
    ['{handlerType:file}', '{handlerType:fil…'],
    ['{"sharedKey":"s3cret","port":}', '{"sharedKey":"s3…'],
    ['[]', '[]'],
    ['null', 'null'],
    ['5', '5'],
  ])('refuses %s, and shows no more than its beginning', (value, shown) => {
    vi.stubEnv('ACTION_LOG_SETTING', value)
    expect(() => settingsFromEnv()).toThrow(
      `@actionlog/core: the environment variable ACTION_LOG_SETTING must be a JSON object, got ${shown}`,
    )
  })
})
