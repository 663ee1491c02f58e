import fc from 'fast-check'
import { urlMask } from '../src/record/mask-url.js'
import { defaultMaskQuery } from '../src/record/sensitive-key.js'
import { cpuGrowth } from './growth.js'

const mask = urlMask(defaultMaskQuery)
// the others are secrets in some company only
const always = defaultMaskQuery.filter(
  (word) => !['key', 'code', 'pass', 'pin', 'ticket', 'session', 'sid'].includes(word),
)

describe('urlMask', () => {
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

  it('masks every sensitive value and changes nothing else, in any encoding', () => {
    const percent = (text: string, bits: boolean[]): string =>
      [...text].map((char, i) => (bits[i] ? `%${char.charCodeAt(0).toString(16)}` : char)).join('')
    const junk = fc.string({
      unit: fc.constantFrom('a', 'b', '%', '%2', '%zz', '%e4', '[', ']', '_', '+', '.', 'ä'),
    })
    fc.assert(
      fc.property(
        fc.constantFrom(...always),
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
    const own = urlMask(['X-Secret-Word', 'パスワード', 'oauth2', '--'])
    expect(own('/?xSecretWord=1&パスワード=2&oauth2=3&[]=4&oauth=5&token=6')).toBe(
      '/?xSecretWord=***&パスワード=***&oauth2=***&[]=4&oauth=5&token=6',
    )
    expect(own(`/?${encodeURIComponent('パスワード')}=2`)).toMatch(/=\*\*\*$/)
  })

  // biome-ignore format: a table to be read at a glance
  it.each([
    // OAuth, OpenID Connect, SAML, CAS
    'access_token', 'refresh_token', 'id_token', 'id_token_hint', 'client_secret', 'client_assertion', 'code_verifier', 'oauth_token',
    'oauth_token_secret', 'oauth_verifier', 'oauth_signature', 'SAMLResponse', 'assertion', 'ticket', 'device_code',
    // signed URLs of AWS, Google, Azure
    'X-Amz-Signature', 'X-Amz-Credential', 'X-Amz-Security-Token', 'X-Goog-Signature', 'X-Goog-Credential', 'Signature', 'sig',
    'subscription-key',
    // frameworks: Django, Rails, Laravel, ASP.NET, PHP, Java, Express
    'csrftoken', 'csrfmiddlewaretoken', 'authenticity_token', '_token', '_csrf', 'XSRF-TOKEN', '__RequestVerificationToken',
    'PHPSESSID', 'JSESSIONID', 'ASP.NET_SessionId', 'connect.sid', 'sessionid', 'session_id', 'sessiontoken', 'reset_password_token',
    'remember_token', 'confirmation_token', 'user[password]', 'user[password_confirmation]', 'passwords[]', 'user[pass]',
    // APIs and forms
    'key', 'apikey', 'api_key', 'X-API-Key', 'secretkey', 'accesskey', 'privateKey', 'authtoken', 'auth', 'jwt', 'tokens', 'secret',
    'newpassword', 'oldPassword', 'passwordConfirm', 'passwd', 'pwd', 'passcode', 'pin', 'card_pin', 'otp', 'verification_code', 'mfa_code',
    'securityCode', 'cvv', 'hub.verify_token', 'user[paSsword]', 'x-pAsSword',
  ])('hides the value of %s', (key) => {
    expect(mask(`/a?x=1&${key}=s3cret&y=2`)).toBe(`/a?x=1&${key}=***&y=2`)
  })

  // biome-ignore format: a table to be read at a glance
  it.each([
    'sort_key', 'sortKey', 'public_key', 'publicKey', 'keyId', 'key_id', 'primary_key', 'partitionkey', 'hotkey', 'keys', 'keyword',
    'cache_key', 'country_code', 'countryCode', 'error_code', 'zipcode', 'postal_code', 'language_code', 'code', 'qrcode', 'unicode',
    'session_count', 'sessions', 'training_session', 'token_type', 'tokenType', 'max_tokens', 'maxTokens', 'total_tokens', 'pageToken',
    'next_page_token', 'continuationToken', 'auth_type', 'authuser', 'author', 'authority', 'ticket_id', 'ticketCount', 'support_ticket',
    'password_policy', 'passwordless', 'boarding_pass', 'compass', 'passport', 'spin', 'signature_version', 'X-Amz-SignedHeaders',
    'X-Amz-Algorithm', 'X-Amz-Date', 'AccountSid', 'state', 'client_id', 'redirect_uri', 'grant_type', 'secretary', 'constructor',
  ])('shows the value of %s', (key) => {
    expect(mask(`/a?x=1&${key}=1&y=2`)).toBe(`/a?x=1&${key}=1&y=2`)
  })

  it("takes a code for OAuth's beside what OAuth sends with it", () => {
    expect(mask('/cb?code=abc&state=xyz')).toBe('/cb?code=***&state=xyz')
    expect(mask('/cb?iss=a&CODE=abc')).toBe('/cb?iss=a&CODE=***')
    expect(mask('/items?code=DE&estate=1')).toBe('/items?code=DE&estate=1')
  })

  it.each([
    ['/a?x=1?token=SECRET', '/a?x=1?token=***'],
    ['/cb?next=/x?token=SECRET&y=2', '/cb?next=/x?token=***&y=2'],
    ['/cb?next=/secret/page?x=1', '/cb?next=/secret/page?x=1'],
    ['/cb?next=%2Fx%3Ftoken%3DSECRET%26y%3D1&z=3', '/cb?next=%2Fx%3Ftoken%3D***&z=3'],
    ['/cb?next=%252Fx%253Ftoken%253DSECRET', '/cb?next=%252Fx%253Ftoken%253D***'],
    ['/a#access_token=SECRET', '/a#access_token=***'],
    ['/a?x=1#access_token=SECRET', '/a?x=1#access_token=***'],
    ['/a;jsessionid=SECRET', '/a;jsessionid=***'],
    ['/a;jsessionid=SECRET/b;v=1?x=1', '/a;jsessionid=***/b;v=1?x=1'],
    ['/a;v=1;token=SECRET;w=2/b', '/a;v=1;token=***/b'],
    ['/reset/token=SECRET/x', '/reset/token=***/x'],
    ['/a;color=red/b', '/a;color=red/b'],
  ])('finds secrets wherever they stand: %s becomes %s', (url, masked) => {
    expect(mask(url)).toBe(masked)
  })

  it.each([
    ['http://u:SEC/RET@h/', 'http://***@h/'],
    ['http://u:SEC?RET@h/x', 'http://***@h/x'],
    ['http://u:SECR@ET/x@h/', 'http://***@h/'],
    ['http://SECRET@h/p', 'http://***@h/p'],
    ['http://u:SECRET@h?x=@', 'http://***@h?x=@'],
    ['HTTP:\\\\u:SECRET@h', 'HTTP:\\\\***@h'],
    ['/p?next=https://u:SECRET@h/&email=a@b', '/p?next=https://***@h/&email=a@b'],
    ['/p?next=https%3A%2F%2Fu%3ASECRET%40h%2F', '/p?next=https%3A%2F%2F***%40h%2F'],
    ['/p?next=http://h:80/@me', '/p?next=http://h:80/@me'],
    ['http://h:8080/p?email=a@b', 'http://h:8080/p?email=a@b'],
    ['http://[::1]:80/@u', 'http://[::1]:80/@u'],
    ['/@user?email=a@b', '/@user?email=a@b'],
    ['//u@h/p', '//u@h/p'],
  ])(
    'hides credentials, whatever is in them, and also where nothing else is masked: %s becomes %s',
    (url, masked) => {
      expect(mask(url)).toBe(masked)
      expect(urlMask([])(url)).toBe(masked)
    },
  )

  it("takes an application's own words as they are, where the default ones are not among them", () => {
    expect(urlMask(['code', 'user'])('/?code=1&country_code=2&user_id=3&token=4')).toBe(
      '/?code=***&country_code=***&user_id=***&token=4',
    )
    expect(urlMask([...defaultMaskQuery, 'card'])('/?card_id=1&code=2&token=3')).toBe(
      '/?card_id=***&code=2&token=***',
    )
  })

  it.each([
    ['digits before a letter', (n: number) => `/?${'1'.repeat(n)}a=1`],
    ['words', (n: number) => `/?${'key_'.repeat(n / 4)}=1`],
    ['capitals', (n: number) => `/?${'aB'.repeat(n / 2)}=1`],
    ['percents', (n: number) => `/?${'%25'.repeat(n / 3)}=1`],
    ['encoded percents', (n: number) => `/?x=%${'25'.repeat(n / 2)}`],
    ['equals', (n: number) => `/?${'='.repeat(n)}`],
    ['codes', (n: number) => `/?${'code=1&'.repeat(n / 7)}`],
    ['separators', (n: number) => `/?${';?#/'.repeat(n / 4)}token=1`],
    ['schemes', (n: number) => `/?x=${'://u'.repeat(n / 4)}`],
    ['ats', (n: number) => `http://u:x/${'@'.repeat(n)}`],
    ['colons', (n: number) => `a${':'.repeat(n)}@`],
    ['path parameters', (n: number) => `/${';a=1'.repeat(n / 4)}`],
  ])('takes time in proportion to the length of the URL: %s', (_, url) => {
    expect(cpuGrowth((n) => mask(url(n)), 5_000)).toBeLessThan(8)
  })
})
