const MAX_CHARS = 200
const MAX_COLUMNS_CHARS = 40
const MAX_SQL_CHARS = 4_000
const CACHED = 500
const cache = new Map<string, string>()

// Where dialects disagree on what comes next, nothing from there on is shown.
const UNSURE = [
  /(?<quote>['"])(?:(?!\k<quote>)[^\\]|\k<quote>\k<quote>)*\\/, // a backslash in a string
  /\b[nN]?[qQ]'/, // Oracle's q'[…]'
  /(?:--(?=\S)|#(?!(?:>>?|-) ?(?:'\{|\$\d|ARRAY\[)))[^\n]*(?:['"`]|\/\*|\$(?!\d))/, // a quote in what only some take for a comment
  /\/\*(?:[^*]|\*(?!\/))*?\/\*/, // a comment in a comment
  /(?<=[\w\u0080-\uffff])\$[\w\u0080-\uffff]*\$/, // dollars in a name
  /\[[A-Za-z_][^[\]'"`\n]*['"`]/, // a quote in a name in brackets
].map((kind) => kind.source + /[\s\S]*$/.source)
const TOKENS = new RegExp(
  [
    new RegExp(`(?<unsure>${UNSURE.join('|')})`),
    /(?<gap>\s+|--[^\n]*|#\s[^\n]*|\/\*[\s\S]*?(?:\*\/|$))/,
    /(?<name>`[^`]*(?:`|$)|"(?:[^"]|"")*(?:"|$))/,
    /(?<string>'(?:[^']|'')*(?:'|$)|\$(?<tag>[\w\u0080-\uffff]*)\$[\s\S]*?(?:\$\k<tag>\$|$))/,
    /(?<placeholder>[?$@:][pP]?\d+)/,
    /(?<number>(?<![\w$])[-+]?\.?\d[\w.]*(?:(?<=[eE])[-+]\d+)?)/,
  ]
    .map((kind) => kind.source)
    .join('|'),
  'g',
)
const LIST = /(\bIN ?)?\(\s*\?(?:::[\w[\]]+)?(?:\s*,\s*\?(?:::[\w[\]]+)?)*(?:\s*\)|[^()]*$)/gi
const BEFORE_NAME = /(?:\.|(?<!\bdistinct )\bfrom |\b(?:join|into|update|table|as) )$/i
const IN_CALL = /\((?!\s*select\b)[^()]*\bfrom $/i // substring("…" FROM "…")

/**
 * A statement's text without any value: literals and placeholders become `?`, comments go, lists of them
 * and long column lists are folded, at most 200 characters. Statements that differ in values only have one
 * fingerprint; a name such as `Post.findMany` is its own.
 */
export function fingerprint(sql: string): string {
  const known = cache.get(sql)
  if (known !== undefined) return known
  const made = make(sql)
  if (cache.size >= CACHED) cache.clear()
  if (sql.length <= MAX_SQL_CHARS) cache.set(sql, made)
  return made
}

function make(sql: string): string {
  let isPostgres = false
  const bare = sql.slice(0, MAX_SQL_CHARS).replace(TOKENS, (token: string, ...rest) => {
    const kind = rest.at(-1) as Record<string, string | undefined>
    if (kind.gap !== undefined) return ' '
    if (kind.unsure !== undefined) return '?…'
    if (kind.name !== undefined) return plainName(token)
    isPostgres ||= kind.placeholder?.[0] === '$'
    return '?'
  })
  const text = bare
    .replace(/ +/g, ' ')
    .trim()
    // MySQL and SQLite take strings in double quotes: only what cannot be one is shown
    .replace(/"(\w+)"/g, (_, name: string, at: number, all: string) => {
      if (isPostgres || all[at + name.length + 2] === '.') return name
      const before = all.slice(0, at)
      return BEFORE_NAME.test(before) && !IN_CALL.test(before) ? name : '?'
    })
    .replace(/\b(?:main|public|dbo)\./g, '') // the schema that is meant when none is named
    .replace(LIST, (list: string, before = '') => (before || list.includes(',') ? `${before}(?, …)` : list))
    .replace(/(\([^()]*\))(?:\s*,\s*\1)+/g, '$1, …')
    .replace(/^(SELECT(?: DISTINCT)?) (.*?) FROM /is, (whole, verb: string, columns: string) =>
      columns.length > MAX_COLUMNS_CHARS && !/\bselect\b/i.test(columns) ? `${verb} … FROM ` : whole,
    )
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text
}

/** A quoted identifier's name; in double quotes it keeps them for now. */
function plainName(quoted: string): string {
  const name = quoted.slice(1, -1)
  if (!/^[A-Za-z_]\w*$/.test(name)) return '?'
  return quoted[0] === '`' ? name : quoted
}
