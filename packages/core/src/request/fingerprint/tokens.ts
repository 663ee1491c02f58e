import { DOT, isDigit, isLetter, isSpace } from './characters.js'
import { endOfBlockComment, endOfLineComment, readingOfDashes } from './comments.js'
import type { Syntax } from './dialect.js'
import { contentOf, dollarTag, endOfDollarString, endOfQString, endOfQuoted, isQPrefix } from './quotes.js'
import {
  endOfDigits,
  endOfNumber,
  endOfSpace,
  endOfWord,
  isPlainName,
  isPlainWord,
  isWordPart,
} from './words.js'

/**
 * - `gap`: white space or a comment
 * - `word`: a keyword or a bare name
 * - `name`: a quoted name, without its quotes
 * - `either`: a quoted name or a string: it may be both
 * - `value`: a literal, a placeholder, or a name with characters that could hide a value
 * - `mark`: one character of an operator, a parenthesis, a comma …
 * - `unsure`: from here on, it depends on the dialect or its settings what is a value
 */
export type TokenKind = 'gap' | 'word' | 'name' | 'either' | 'value' | 'mark' | 'unsure'

/** A text in brackets that ends at the same place in every dialect. */
const SURE_BRACKETS = /\[(?:[^[\]'"`$#/\\-]|'[^'\]\\]*')*\](?!\])/y

/** Reads a statement token by token. Stops after an `unsure` one. The time it takes grows linearly with the text. */
export class Tokens {
  kind: TokenKind = 'gap'
  /** The text of a word, name or mark. */
  text = ''
  readonly #sql: string
  readonly #syntax: Syntax
  readonly #hasHash: boolean
  #at = 0

  constructor(sql: string, syntax: Syntax) {
    this.#sql = sql
    this.#syntax = syntax
    this.#hasHash = syntax.hash === 'letter'
  }

  /** Reads the next token; `false` at the end. */
  next(): boolean {
    const char = this.#sql[this.#at]
    if (char === undefined) return false
    this.kind = this.#read(char)
    if (this.kind === 'unsure') this.#at = this.#sql.length
    return true
  }

  /** Whether a dot and another name follow the current name. */
  get isQualifier(): boolean {
    const next = this.#sql[this.#at + 1] ?? ' '
    return this.#code(0) === DOT && (isLetter(this.#code(1)) || '"`[*'.includes(next))
  }

  #read(char: string): TokenKind {
    const code = this.#code(0)
    if (isLetter(code)) return this.#word()
    if (isSpace(code)) return this.#endAt(endOfSpace(this.#sql, this.#at), 'gap')
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
        return next === '*' ? this.#gap(endOfBlockComment(this.#sql, this.#at)) : this.#mark(char)
      case '-':
        return next === '-' ? this.#dashes() : this.#sign(char)
      case '+':
        return this.#sign(char)
      default:
        return this.#mark(char)
    }
  }

  /** The code of the character so many places ahead; NaN behind the end. */
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

  /** A comment. If it has no `end`, the dialects disagree on it. */
  #gap(end: number | undefined): TokenKind {
    return end === undefined ? 'unsure' : this.#endAt(end, 'gap')
  }

  #word(): TokenKind {
    const end = endOfWord(this.#sql, this.#at, this.#hasHash)
    this.text = this.#sql.slice(this.#at, end)
    const { qQuotes } = this.#syntax
    if (qQuotes !== 'code' && this.#sql[end] === "'" && isQPrefix(this.text))
      return qQuotes === 'string' ? this.#endAt(endOfQString(this.#sql, end + 1), 'value') : 'unsure'
    return this.#endAt(end, isPlainWord(this.text) ? 'word' : 'value')
  }

  #hash(): TokenKind {
    const { hash } = this.#syntax
    if (hash === 'letter') return this.#word()
    return hash === 'code' ? this.#mark('#') : this.#lineComment(hash)
  }

  #dashes(): TokenKind {
    const dashes = readingOfDashes(this.#sql, this.#at, this.#syntax)
    return dashes === 'code' ? this.#mark('-') : this.#lineComment(dashes)
  }

  #lineComment(reading: 'comment' | 'unsure'): TokenKind {
    return this.#gap(endOfLineComment(this.#sql, this.#at, reading === 'comment'))
  }

  #number(length: number): TokenKind {
    return this.#endAt(endOfNumber(this.#sql, this.#at + length), 'value')
  }

  /** A sign is part of the number after it, unless it may be an operator. */
  #sign(char: string): TokenKind {
    const before = this.#sql[this.#at - 1]
    const isOperator =
      isWordPart(this.#code(-1), this.#hasHash) || (before !== undefined && `)]'"\`?`.includes(before))
    const digits = this.#code(1) === DOT ? 2 : 1
    return isDigit(this.#code(digits)) && !isOperator ? this.#number(digits + 1) : this.#mark(char)
  }

  /** A placeholder: `?`, `?1`, `:1`, `@P1`. */
  #placeholder(char: string): TokenKind {
    const prefix = char === '@' && /[pP]/.test(this.#sql[this.#at + 1] ?? '') ? 2 : 1
    if (char !== '?' && !isDigit(this.#code(prefix))) return this.#mark(char)
    return this.#endAt(endOfDigits(this.#sql, this.#at + prefix), 'value')
  }

  /** `$1`, SQL Server's `$1.50`, `$tag$…$tag$`, or a name that starts with a dollar sign. */
  #dollar(): TokenKind {
    if (isDigit(this.#code(1))) return this.#number(2)
    const { dollarQuotes } = this.#syntax
    if (dollarQuotes === 'code') return this.#word()
    const tag = dollarTag(this.#sql, this.#at)
    if (tag === undefined) return this.#mark('$')
    if (dollarQuotes === 'unsure') return 'unsure'
    return this.#endAt(endOfDollarString(this.#sql, this.#at, tag), 'value')
  }

  #string(): TokenKind {
    return this.#quoted("'", this.#syntax.hasBackslash) === undefined ? 'unsure' : 'value'
  }

  #doubleQuotes(): TokenKind {
    const { doubleQuotes, hasBackslash } = this.#syntax
    const content = this.#quoted('"', hasBackslash && doubleQuotes !== 'name')
    if (content === undefined) return 'unsure'
    return doubleQuotes === 'string' || !isPlainName(content) ? 'value' : doubleQuotes
  }

  #backticks(): TokenKind {
    if (isPlainName(this.#quoted('`', false) as string)) return 'name'
    return this.#syntax.backticks === 'name' ? 'value' : 'unsure'
  }

  #brackets(): TokenKind {
    const { brackets, hasDoubledBracket } = this.#syntax
    if (brackets === 'name')
      return isPlainName(this.#quoted(']', false, hasDoubledBracket) as string) ? 'name' : 'value'
    SURE_BRACKETS.lastIndex = this.#at
    return brackets === 'code' || SURE_BRACKETS.test(this.#sql) ? this.#mark('[') : 'unsure'
  }

  /** Reads up to the closing quote. @returns the content; `undefined` if a backslash may escape a quote in it */
  #quoted(quote: string, mayEscape: boolean, mayDouble = true): string | undefined {
    const end = endOfQuoted(this.#sql, this.#at, quote, mayEscape, mayDouble)
    if (end === undefined) return undefined
    this.text = contentOf(this.#sql, this.#at, end)
    this.#endAt(end, 'value')
    return this.text
  }
}
