const MAX_CHARS = 200
const MAX_COLUMNS_CHARS = 40
const MAX_SQL_CHARS = 10_000
const CACHED = 500
const cache = new Map<string, string>()

// One alternative a kind of token; only the quoted identifiers survive, unquoted.
const TOKENS = new RegExp(
  [
    // where a backslash stands in a string, dialects disagree on its end: nothing after it is shown
    /(?<unsure>'[^'\\]*\\[\s\S]*$)/,
    /(?<string>[NEBXnebx]?'[^']*(?:'|$)|\$(?<tag>\w*)\$[\s\S]*?(?:\$\k<tag>\$|$))/,
    /(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))/,
    /(?<quoted>`[^`]*(?:`|$)|"[^"]*(?:"|$))/,
    /(?<placeholder>[?$@:]\d+)/,
    /(?<number>(?<![\w$])[-+]?(?:0x[\da-fA-F]+|\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?)\b)/,
    /(?<space>\s+)/,
  ]
    .map((kind) => kind.source)
    .join('|'),
  'g',
)

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
  const text = sql
    .slice(0, MAX_SQL_CHARS)
    .replace(TOKENS, (token, ...rest) => {
      const kind = rest.at(-1) as Record<string, string | undefined>
      if (kind.comment !== undefined || kind.space !== undefined) return ' '
      if (kind.quoted !== undefined) return identifier(token)
      return kind.unsure === undefined ? '?' : '?…'
    })
    .replace(/ +/g, ' ')
    .trim()
    .replace(/\(\s*\?(?:\s*,\s*\?)+\s*\)/g, '(?, …)')
    .replace(/(\([^()]*\))(?:\s*,\s*\1)+/g, '$1, …')
    .replace(/^(SELECT(?: DISTINCT)?) (.*?) FROM /is, (whole, verb: string, columns: string) =>
      columns.length > MAX_COLUMNS_CHARS && !/\bselect\b/i.test(columns) ? `${verb} … FROM ` : whole,
    )
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text
}

/** An identifier's plain name; whatever could be a value in double quotes (MySQL's strings) becomes `?`. */
function identifier(quoted: string): string {
  const name = quoted.slice(1, -1)
  return quoted.length > 2 && /^[A-Za-z_]\w*$/.test(name) ? name : '?'
}
