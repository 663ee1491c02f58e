import { defineHandler, nullHandler } from '../src/index.js'
import { checkOptions, type OptionRules } from '../src/settings/options.js'
import { boolean, callback, integer, oneOf, text } from '../src/settings/rule.js'
import { didYouMean } from '../src/settings/spelling.js'

interface Options {
  host?: string | undefined
  port?: number | undefined
  format?: 'text' | 'json' | undefined
  tls?: boolean | undefined
  sharedKey?: string | undefined
  user?: string | undefined
  onDrop?: (() => void) | undefined
  color?: boolean | undefined
}

const rules: OptionRules<Options> = {
  host: text('localhost'),
  port: integer(1, 65_535, 24_224),
  format: oneOf(['text', 'json'], 'json'),
  tls: boolean(false),
  sharedKey: { ...text(undefined), secret: true },
  user: {
    ...text('nobody'),
    needs: { oneOf: ['sharedKey', 'tls'], why: 'nobody would ask for it' },
  },
  onDrop: callback('() => void'),
  color: { ...boolean(false), needs: { oneOf: ['format'], value: 'text', why: 'JSON has no colours' } },
}

const check = (options: unknown): unknown => checkOptions('@acme/x', 'options', options as Options, rules)

describe('checkOptions', () => {
  it('fills in the defaults, and takes undefined for absent', () => {
    expect(check({ host: undefined, port: 1 })).toEqual({
      host: 'localhost',
      port: 1,
      format: 'json',
      tls: false,
      sharedKey: undefined,
      user: 'nobody',
      onDrop: undefined,
      color: false,
    })
  })

  it.each([
    [{ port: 'x' }, 'options.port must be an integer from 1 to 65535, got "x"'],
    [{ port: 0 }, 'options.port must be an integer from 1 to 65535, got 0'],
    [{ port: 1.5 }, 'options.port must be an integer from 1 to 65535, got 1.5'],
    [{ port: Number.NaN }, 'options.port must be an integer from 1 to 65535, got NaN'],
    [{ port: null }, 'options.port must be an integer from 1 to 65535, got null'],
    [{ host: '' }, 'options.host must be a string that is not empty, got ""'],
    [{ format: 'xml' }, 'options.format must be "text" or "json", got "xml"'],
    [{ tls: 'yes' }, 'options.tls must be true or false, got "yes"'],
    [{ onDrop: {} }, 'options.onDrop must be a function () => void, got {}'],
    [{ tls: () => {} }, 'options.tls must be true or false, got a function'],
    [{ sharedKey: 12345 }, 'options.sharedKey must be a string that is not empty, got a number'],
    [
      { user: 'alice', tls: false },
      'options.user needs options.sharedKey or options.tls: nobody would ask for it',
    ],
    [{ color: true }, 'options.color needs options.format to be "text": JSON has no colours'],
    [{ prot: 1 }, 'options.prot is unknown; did you mean port?'],
    [{ shared_key: 's3cret' }, 'options.shared_key is unknown; did you mean sharedKey?'],
    [{ nothingLikeIt: 1 }, 'options.nothingLikeIt is unknown'],
    [{ constructor: 1 }, 'options.constructor is unknown'],
    [[], 'options must be an object, got []'],
    [null, 'options must be an object, got null'],
    ['x', 'options must be an object, got "x"'],
    [
      { host: { long: 'x'.repeat(200) } },
      `options.host must be a string that is not empty, got {"long":"${'x'.repeat(71)}…`,
    ],
  ])('refuses %j', (options, problem) => {
    expect(() => check(options)).toThrow(
      expect.objectContaining({
        name: 'ActionLogError',
        code: 'invalid_settings',
        message: `@acme/x: ${problem}`,
      }),
    )
  })

  it.each([
    { color: true, format: 'text' },
    { color: false },
    { user: 'alice', tls: true },
    { user: 'alice', sharedKey: 'k' },
    { user: 'nobody' },
  ])('takes %j, as what an option needs is there, or its default needs nothing', (options) => {
    expect(check(options)).toMatchObject(options)
  })

  it('lists all problems at once', () => {
    expect(() => check({ port: -1, tls: 0, hots: 'a' })).toThrow(
      [
        '@acme/x: 3 problems',
        '  options.port must be an integer from 1 to 65535, got -1',
        '  options.tls must be true or false, got 0',
        '  options.hots is unknown; did you mean host?',
      ].join('\n'),
    )
  })
})

describe('didYouMean', () => {
  const names = ['handlerType', 'logfile', 'tagName', 'keep']
  it.each([
    ['handler_type', 'handlerType'],
    ['HANDLERTYPE', 'handlerType'],
    ['handlertpye', 'handlerType'],
    ['logFile', 'logfile'],
    ['log_file', 'logfile'],
    ['tagname', 'tagName'],
    ['kep', 'keep'],
  ])('%s: %s', (name, meant) => {
    expect(didYouMean(name, names)).toBe(`; did you mean ${meant}?`)
  })

  it('says nothing where nothing is near', () => {
    for (const name of ['x', '', 'compression', 'keystore']) expect(didYouMean(name, names)).toBe('')
  })
})

describe('defineHandler', () => {
  it('gives a factory that checks its options under the name of its package, and shows their rules', () => {
    const factory = defineHandler<Options>('@acme/x', rules, ({ port }) =>
      Object.assign(nullHandler(), { port }),
    )
    expect(factory()).toMatchObject({ port: 24_224 })
    expect(factory({ port: 5 })).toMatchObject({ port: 5 })
    expect(() => factory({ port: 0 })).toThrow(
      '@acme/x: options.port must be an integer from 1 to 65535, got 0',
    )
    expect(factory.rules).toBe(rules)
  })
})
