import { unescape as decode } from 'node:querystring'

/** The words whose query values are masked by default; see the setting `maskQuery`. */
// biome-ignore format: a list to be read at a glance
export const defaultMaskQuery: readonly string[] = [
  'token', 'tokens', 'jwt', 'bearer', 'auth', 'authorization', 'csrf', 'xsrf', 'assertion', 'samlresponse',
  'password', 'passwords', 'passwd', 'passphrase', 'passcode', 'pwd', 'otp', 'totp', 'cvv', 'cvc',
  'secret', 'secrets', 'credential', 'credentials', 'signature', 'sig', 'hmac', 'verifier', 'phpsessid', 'jsessionid',
  'key', 'code', 'pass', 'pin', 'ticket', 'session', 'sid', // depend on the words beside them
]

/** Words that are secrets only as the whole key, or beside one of these words. */
// biome-ignore format: a list to be read at a glance
const COMPANY: Readonly<Record<string, readonly string[] | undefined>> = {
  __proto__: null as never, // `constructor` is a word like any other
  key: ['api', 'access', 'secret', 'private', 'auth', 'oauth', 'encryption', 'signing', 'signature', 'master', 'shared',
    'session', 'subscription', 'service', 'admin', 'app', 'client', 'consumer', 'server', 'security', 'license', 'ssh',
    'rsa', 'aes', 'webhook', 'storage', 'account', 'activation', 'reset', 'pass', 'deploy'],
  code: ['auth', 'authorization', 'oauth', 'oauth2', 'verification', 'verify', 'mfa', 'otp', 'totp', 'tfa', '2fa', 'factor',
    'security', 'access', 'secret', 'pass', 'pin', 'device', 'recovery', 'backup', 'reset', 'login', 'confirmation',
    'activation', 'sms', 'invite', 'invitation'],
  pass: ['user', 'db', 'database', 'my', 'new', 'old', 'current', 'http', 'login', 'admin', 'root', 'smtp', 'ftp', 'proxy'],
  pin: ['user', 'card', 'security', 'sim', 'device', 'new', 'old', 'access', 'login', 'confirm', 'code'],
  ticket: ['service', 'auth', 'login', 'session', 'proxy', 'sso', 'cas', 'access', 'jsapi', 'granting'],
  session: ['id', 'user', 'login', 'auth', 'admin', 'remember'],
  sid: ['connect', 'session', 'user', 'auth', 'php', 'login'],
}
/** Endings of a compound that is written as one word: `csrfmiddlewaretoken`. */
// biome-ignore format: a list to be read at a glance
const ENDINGS: readonly string[] = [
  'token', 'tokens', 'password', 'passwords', 'passwd', 'passphrase', 'passcode', 'pwd', 'secret', 'credentials',
  'signature', 'jwt', 'sessid', ...Object.keys(COMPANY),
]
/** Words that make a compound a secret wherever they stand in it: `passwordconfirm`. */
const PARTS: readonly string[] = ['password', 'sessionid']
/** Last words of a key that describes a secret, but does not hold one: `token_type`. */
// biome-ignore format: a list to be read at a glance
const ABOUT: readonly string[] = [
  'count', 'type', 'kind', 'name', 'policy', 'strength', 'length', 'size', 'limit', 'expiry', 'expires', 'expiration',
  'ttl', 'version', 'algorithm', 'alg', 'method', 'format', 'provider', 'status', 'id', 'required', 'enabled',
  'label', 'at', 'url', 'uri', 'endpoint', 'field', 'less',
]
/** Words before "token" that make it a number of tokens, or a position in a list. */
// biome-ignore format: a list to be read at a glance
const COUNTED_TOKENS: readonly string[] = [
  'max', 'min', 'num', 'total', 'prompt', 'completion', 'input', 'output', 'page', 'next', 'prev', 'previous',
  'continuation', 'sync', 'skip',
]
const MAX_KNOWN_KEYS = 1_000
const MAX_KNOWN_CHARS = 64
const MAX_DECODED = 3

/** Whether the value of a query key is a secret; `'oauth'`: only in a URL of OAuth. */
export type Verdict = boolean | 'oauth'

/**
 * Makes a function that decides which query keys are sensitive, for these words. A key is sensitive if one of its words is among them
 * (`access_token`, `user[password]`, `X-Amz-Signature`, `apiKey`, `password2`), in any case and any
 * percent-encoding. The default words are also found in compounds (`authtoken`), but not in a key that
 * only describes a secret (`token_type`).
 */
export function keyJudge(words: readonly string[]): (key: string) => Verdict {
  const listed = new Set(words.map((word) => wordsOf(word).join('')))
  listed.delete('')
  const defaults = defaultMaskQuery.every((word) => listed.has(word)) ? defaultMaskQuery : []
  const own = new Set([...listed].filter((word) => !defaults.includes(word)))
  const known = new Map<string, Verdict>()
  return (key) => {
    const verdict = known.get(key)
    if (verdict !== undefined) return verdict
    const made = judge(decodeAll(key), own, defaults.length > 0)
    if (key.length > MAX_KNOWN_CHARS) return made
    if (known.size >= MAX_KNOWN_KEYS) known.clear()
    known.set(Buffer.from(key).toString(), made) // a copy: a slice would keep its whole URL in memory
    return made
  }
}

function judge(key: string, own: ReadonlySet<string>, withDefaults: boolean): Verdict {
  const spellings = [wordsOf(key), wordsOf(key.toLowerCase())] // odd case separates no words: `paSsword`
  for (const spelled of spellings) {
    const all = spelled.join('')
    if (own.has(all) || spelled.some((word) => own.has(word) || own.has(withoutNumber(word)))) return true
    if (!withDefaults) continue
    const words = spelled.map(withoutNumber).filter(Boolean)
    if (words.join('') === 'code') return 'oauth'
    if (DEFAULTS.has(words.join(''))) return true
    const present = new Set(words)
    if (words.some((word, i) => isSecret(word, words[i - 1] ?? '', words.at(-1) as string, present)))
      return true
  }
  return false
}

const DEFAULTS: ReadonlySet<string> = new Set(defaultMaskQuery)

function isSecret(word: string, before: string, last: string, present: ReadonlySet<string>): boolean {
  const company = COMPANY[word]
  if (present.size > 1 && ABOUT.includes(last) && !company?.includes(last)) return false
  if (company) return company.some((other) => present.has(other))
  if (DEFAULTS.has(word)) return !(word.startsWith('token') && COUNTED_TOKENS.includes(before))
  return isCompound(word)
}

/** Whether it is a secret's name written as one word: `authtoken`. */
function isCompound(word: string): boolean {
  if (PARTS.some((part) => word.includes(part)))
    return !ABOUT.some((end) => word.endsWith(end)) || word.endsWith('id')
  return ENDINGS.some((ending) => {
    if (!word.endsWith(ending) || word === ending) return false
    const start = word.slice(0, -ending.length)
    const company = COMPANY[ending]
    if (company) return company.some((other) => start.endsWith(other))
    return !(ending.startsWith('token') && COUNTED_TOKENS.some((other) => start.endsWith(other)))
  })
}

function decodeAll(key: string): string {
  let text = key
  for (let i = 0; i < MAX_DECODED && text.includes('%'); i++) text = decode(text)
  return text
}

function wordsOf(text: string): string[] {
  return text
    .replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
}

/** `password2` → `password`. */
function withoutNumber(word: string): string {
  let end = word.length
  while (end > 0 && word.charCodeAt(end - 1) >= 48 && word.charCodeAt(end - 1) <= 57) end--
  return word.slice(0, end)
}
