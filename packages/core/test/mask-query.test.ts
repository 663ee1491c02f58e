import fc from 'fast-check'
import { defaultMaskQuery, queryMask } from '../src/record/mask-url.js'

const mask = queryMask(defaultMaskQuery)

describe('queryMask', () => {
  it.each([
    ['/a', '/a'],
    ['/token/abc', '/token/abc'],
    ['/a?', '/a?'],
    ['/a?x=1&token=abc&y=2', '/a?x=1&token=***&y=2'],
    ['/a?token=', '/a?token=***'],
    ['/a?token', '/a?token'],
    ['/a?token=a=b==&x=1', '/a?token=***&x=1'],
    ['/a?b?token=1', '/a?b?token=***'],
    ['/a?token=1&token=2', '/a?token=***&token=***'],
    ['?&&=x&token=1&', '?&&=x&token=***&'],
  ])('%s becomes %s', (url, masked) => {
    expect(mask(url)).toBe(masked)
  })

  it.each([
    'TOKEN',
    'Access_Token',
    'access-token',
    'accessToken',
    'accesstoken',
    'access.token',
    'access+token',
    'user[password]',
    'user%5Bpassword%5D',
    'user.password',
    'a[b][][api_key]',
    'X-Amz-Signature',
    'X-Amz-Credential',
    'apiKey',
    'APIKey',
    'myAPIKey',
    'userJWTToken',
    'API_KEY',
    'password2',
    'newPassword1',
    'client_secret',
    'sid',
    'to%6ben',
    '%74%6F%6B%65%6E',
    'to%6ben%zz',
    '%ff%74oken%',
    'token%00',
    '%20token',
    'oauth.code',
  ])('takes the key %s for sensitive', (key) => {
    expect(mask(`/a?x=1&${key}=s3cret&y=2`)).toBe(`/a?x=1&${key}=***&y=2`)
  })

  it.each([
    'monkey',
    'keyword',
    'tokenizer',
    'author',
    'passenger',
    'design',
    'encoded',
    'x',
    'page',
    'q',
    '',
  ])('leaves the key %j as it is', (key) => {
    expect(mask(`/a?${key}=1`)).toBe(`/a?${key}=1`)
  })

  it('hides all of a sensitive value, whether the server parts pairs at ; or not', () => {
    expect(mask('/a?token=abc;def=ghi&x=1')).toBe('/a?token=***&x=1')
    expect(mask('/a?x=1;token=abc;y=2&z=3')).toBe('/a?x=1;token=***&z=3')
    expect(mask('/a?x=token=1;y=2')).toBe('/a?x=token=1;y=2')
  })

  it('never shows a sensitive value, and changes nothing else, whatever the encoding', () => {
    const percent = (text: string, bits: boolean[]): string =>
      [...text].map((char, i) => (bits[i] ? `%${char.charCodeAt(0).toString(16)}` : char)).join('')
    const junk = fc.string({
      unit: fc.constantFrom('a', 'b', '%', '%2', '%zz', '%e4', '[', ']', '_', '+', '.', 'ä'),
    })
    fc.assert(
      fc.property(
        fc.constantFrom(...defaultMaskQuery),
        fc.array(fc.boolean(), { minLength: 20 }),
        fc.boolean(),
        junk,
        fc.string({ unit: fc.constantFrom('Z', '=', ';', '%', '?', 'Z') }),
        (word, bits, upper, before, value) => {
          const key = `${before}_${percent(upper ? word.toUpperCase() : word, bits)}`
          expect(mask(`/p?a=1&${key}=Z${value}&c=3`)).toBe(`/p?a=1&${key}=***&c=3`)
        },
      ),
    )
    fc.assert(
      fc.property(junk, junk, (path, query) => {
        expect(mask(`/${path}?${query}`)).toBe(`/${path}?${query}`)
      }),
    )
  })

  it('takes words of any spelling and script, and none that is no word', () => {
    const own = queryMask(['X-Secret-Word', 'パスワード', 'oauth2', '--'])
    expect(own('/?xSecretWord=1&パスワード=2&oauth2=3&[]=4&oauth=5&token=6')).toBe(
      '/?xSecretWord=***&パスワード=***&oauth2=***&[]=4&oauth=5&token=6',
    )
    expect(own(`/?${encodeURIComponent('パスワード')}=2`)).toMatch(/=\*\*\*$/)
  })
})
