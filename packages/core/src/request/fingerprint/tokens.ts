import { isDigit, isEscaped, isLetter, isSpace } from './characters.js'
import type { Syntax } from './dialect.js'

/**
 * - `gap`: white space or a comment
 * - `word`: a keyword or a bare name
 * - `name`: a quoted name, without its quotes
 * - `either`: the same, where it may be a string as well
 * - `value`: a literal or placeholder, or a name that is too odd to be shown
 * - `mark`: one character of an operator, a parenthesis, a comma …
 * - `unsure`: from here on, dialects or settings disagree on what is a value
 */
export type TokenKind = 'gap' | 'word' | 'name' | 'either' | 'value' | 'mark' | 'unsure'

const PLAIN_NAME = /^[A-Za-z_]\w*$/
const PLAIN_WORD = /^[\p{L}_#$][\p{L}\p{M}\p{N}_$#]*$/u
/** The word before the quote of Oracle's `q'[…]'`, also behind what it may take for a space. */
const Q_PREFIX = /(?:^|[^\w$#])[nN]?[qQ]$/
const Q_CLOSERS: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}', '<': '>' }
const DOLLAR_TAG = /\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$/y
/** Brackets that end at the same place in every dialect. */
const SURE_BRACKETS = /\[(?:[^[\]'"`$#/\\-]|'[^'\]\\]*')*\](?!\])/y
/** The rest of a line after which every dialect is in the same state, whether this is a comment or code. */
const SURE_LINE = /^[\w\s.,=:>]*$/
/** Comments that MySQL or MariaDB run as code. */
const RUN_COMMENT = /\/\*M?!/y

const [DOLLAR, HASH, PLUS, MINUS, DOT] = [0x24, 0x23, 0x2b, 0x2d, 0x2e]

/** Reads a statement token by token. After `unsure` nothing is left. Takes time in proportion to the text. */
export class Tokens {
  kind: TokenKind = 'gap'
  /** Of a word, name or mark. */
  text = ''
  readonly #sql: string
  readonly #syntax: Syntax
  #at = 0

  constructor(sql: string, syntax: Syntax) {
    this.#sql = sql
    this.#syntax = syntax
  }

  /** Reads the next token; `false` at the end. */
  next(): boolean {
    const char = this.#sql[this.#at]
    if (char === undefined) return false
    this.kind = this.#read(char)
    if (this.kind === 'unsure') this.#at = this.#sql.length
    return true
  }

  /** Whether a dot and another name follow the name that was read. */
  get isQualifier(): boolean {
    const next = this.#sql[this.#at + 1] ?? ' '
    return this.#code(0) === DOT && (isLetter(this.#code(1)) || '"`[*'.includes(next))
  }

  #read(char: string): TokenKind {
    const code = this.#code(0)
    if (isLetter(code)) return this.#word()
    if (isSpace(code)) return this.#space()
    if (isDigit(code)) return this.#number(1)
    const next = this.#sql[this.#at + 1]
    switch (char) {
      case "'":
        return this.#string()
      case '"':
        return this.#doubleQuotes()
      case '`':
        return this.#backticks()
      case '[':
        return this.#brackets()
      case '$':
        return this.#dollar()
      case '?':
      case ':':
      case '@':
        return this.#placeholder(char)
      case '#':
        return this.#hash()
      case '.':
        return isDigit(this.#code(1)) ? this.#number(1) : this.#mark(char)
      case '/':
        return next === '*' ? this.#blockComment() : this.#mark(char)
      case '-':
        return next === '-' ? this.#dashes() : this.#sign(char)
      case '+':
        return this.#sign(char)
      default:
        return this.#mark(char)
    }
  }

  /** Of the character that is so far ahead; NaN behind the end. */
  #code(ahead: number): number {
    return this.#sql.charCodeAt(this.#at + ahead)
  }

  /** The token ends before `end`. */
  #endAt(end: number, kind: TokenKind): TokenKind {
    this.#at = Math.min(end, this.#sql.length)
    return kind
  }

  #mark(char: string): TokenKind {
    this.text = char
    return this.#endAt(this.#at + 1, 'mark')
  }

  #space(): TokenKind {
    let end = this.#at
    while (isSpace(this.#sql.charCodeAt(end))) end++
    return this.#endAt(end, 'gap')
  }

  #word(): TokenKind {
    let end = this.#at
    let isAscii = true
    for (
      let code = this.#code(0);
      this.#isWordPart(code) || end === this.#at;
      code = this.#sql.charCodeAt(end)
    ) {
      if (code >= 0x80) isAscii = false
      end++
    }
    this.text = this.#sql.slice(this.#at, end)
    const { qQuotes } = this.#syntax
    if (qQuotes !== 'code' && this.#sql[end] === "'" && Q_PREFIX.test(this.text))
      return qQuotes === 'string' ? this.#qString(end + 1) : 'unsure'
    return this.#endAt(end, isAscii || PLAIN_WORD.test(this.text) ? 'word' : 'value')
  }

  #isWordPart(code: number): boolean {
    if (isLetter(code) || isDigit(code) || code === DOLLAR) return true
    return code === HASH && this.#syntax.hash === 'letter'
  }

  #hash(): TokenKind {
    const { hash } = this.#syntax
    if (hash === 'letter') return this.#word()
    return hash === 'code' ? this.#mark('#') : this.#lineComment(hash)
  }

  #qString(start: number): TokenKind {
    const opener = this.#sql[start] ?? ''
    return this.#endAfter(`${Q_CLOSERS[opener] ?? opener}'`, start + 1)
  }

  /** A value up to and with this text, or to the end where it does not come. */
  #endAfter(closer: string, start: number): TokenKind {
    const end = this.#sql.indexOf(closer, start)
    return this.#endAt(end < 0 ? this.#sql.length : end + closer.length, 'value')
  }

  /** Takes letters too: `0xff`, `1e5`, `1.5f`, and a name such as MySQL's `1a`. */
  #number(length: number): TokenKind {
    let end = this.#at + length
    for (;;) {
      const code = this.#sql.charCodeAt(end)
      const isSign = code === PLUS || code === MINUS
      const isExponent = isSign && 'eE'.includes(this.#sql[end - 1] as string)
      if (
        isExponent
          ? !isDigit(this.#sql.charCodeAt(end + 1))
          : !isLetter(code) && !isDigit(code) && code !== DOT
      )
        break
      end++
    }
    return this.#endAt(end, 'value')
  }

  /** A sign is part of the number after it, unless it may be an operator. */
  #sign(char: string): TokenKind {
    const before = this.#sql[this.#at - 1]
    const isOperator =
      this.#isWordPart(this.#code(-1)) || (before !== undefined && `)]'"\`?`.includes(before))
    const digits = this.#code(1) === DOT ? 2 : 1
    return isDigit(this.#code(digits)) && !isOperator ? this.#number(digits + 1) : this.#mark(char)
  }

  /** `?`, `?1`, `:1`, `@P1` */
  #placeholder(char: string): TokenKind {
    let end = this.#at + 1
    if (char === '@' && /[pP]/.test(this.#sql[end] ?? '')) end++
    if (char !== '?' && !isDigit(this.#sql.charCodeAt(end))) return this.#mark(char)
    while (isDigit(this.#sql.charCodeAt(end))) end++
    return this.#endAt(end, 'value')
  }

  /** `$1`, SQL Server's `$1.50`, `$tag$…$tag$`, a name that starts with a dollar */
  #dollar(): TokenKind {
    if (isDigit(this.#code(1))) return this.#number(2)
    const { dollarQuotes } = this.#syntax
    if (dollarQuotes === 'code') return this.#word()
    DOLLAR_TAG.lastIndex = this.#at
    const tag = DOLLAR_TAG.exec(this.#sql)?.[0]
    if (tag === undefined) return this.#mark('$')
    return dollarQuotes === 'string' ? this.#endAfter(tag, this.#at + tag.length) : 'unsure'
  }

  #string(): TokenKind {
    return this.#quoted("'", this.#syntax.hasBackslash) === undefined ? 'unsure' : 'value'
  }

  #doubleQuotes(): TokenKind {
    const { doubleQuotes, hasBackslash } = this.#syntax
    const content = this.#quoted('"', hasBackslash && doubleQuotes !== 'name')
    if (content === undefined) return 'unsure'
    if (doubleQuotes === 'string' || !PLAIN_NAME.test(content)) return 'value'
    return doubleQuotes
  }

  #backticks(): TokenKind {
    const content = this.#quoted('`', false) as string
    if (PLAIN_NAME.test(content)) return 'name'
    return this.#syntax.backticks === 'name' ? 'value' : 'unsure'
  }

  #brackets(): TokenKind {
    const { brackets, hasDoubledBracket } = this.#syntax
    if (brackets === 'name')
      return PLAIN_NAME.test(this.#quoted(']', false, hasDoubledBracket) as string) ? 'name' : 'value'
    SURE_BRACKETS.lastIndex = this.#at
    return brackets === 'code' || SURE_BRACKETS.test(this.#sql) ? this.#mark('[') : 'unsure'
  }

  /**
   * Reads up to the closing quote.
   * @returns the content, empty where it may have been cut off; `undefined` where a backslash may escape a quote
   */
  #quoted(quote: string, mayEscape: boolean, mayDouble = true): string | undefined {
    const start = this.#at + 1
    let end = this.#sql.indexOf(quote, start)
    for (; end >= 0; end = this.#sql.indexOf(quote, end + 2)) {
      if (mayEscape && isEscaped(this.#sql, end)) return undefined
      if (!mayDouble || this.#sql[end + 1] !== quote) break
    }
    this.text = end < 0 ? '' : this.#sql.slice(start, end)
    this.#endAt(end < 0 ? this.#sql.length : end + 1, 'value')
    return this.text
  }

  #dashes(): TokenKind {
    const after = this.#code(2)
    if (Number.isNaN(after) || isSpace(after)) return this.#lineComment('comment')
    return this.#syntax.dashes === 'code' ? this.#mark('-') : this.#lineComment(this.#syntax.dashes)
  }

  /** Dialects disagree on whether a carriage return alone ends a line. */
  #lineComment(reading: Syntax['hash']): TokenKind {
    const newline = this.#sql.indexOf('\n', this.#at)
    const end = newline < 0 ? this.#sql.length : newline
    const line = this.#sql.slice(this.#at, end)
    const carriageReturn = line.indexOf('\r')
    if (carriageReturn >= 0 && carriageReturn < line.length - 1) return 'unsure'
    const isSure = reading === 'comment' || SURE_LINE.test(line.replace(/^(?:#|--)/, ''))
    return isSure ? this.#endAt(end, 'gap') : 'unsure'
  }

  /** Dialects disagree on comments in comments. */
  #blockComment(): TokenKind {
    RUN_COMMENT.lastIndex = this.#at
    if (RUN_COMMENT.test(this.#sql)) return 'unsure'
    const closer = this.#sql.indexOf('*/', this.#at + 2)
    const end = closer < 0 ? this.#sql.length : closer
    const content = this.#sql.slice(this.#at + 2, end)
    const isQuotingHint = content.startsWith('+') && /['"]/.test(content)
    return content.includes('/*') || isQuotingHint ? 'unsure' : this.#endAt(end + 2, 'gap')
  }
}
