import { type SqlDialect, syntaxOf } from './dialect.js'
import { Outline } from './outline.js'
import { Tokens } from './tokens.js'

/** Statements in which a bare word is never a value. */
const SHOWN: ReadonlySet<string> = new Set(
  'SELECT INSERT UPDATE DELETE MERGE REPLACE UPSERT WITH VALUES TABLE CALL'.split(' '),
)
/** Words after which a name comes, never a string. */
const BEFORE_NAME: ReadonlySet<string> = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'AS', '.'])

/** Reads a statement and writes its fingerprint, which shows everything but the values. */
export class Reader {
  readonly #tokens: Tokens
  readonly #hasBareStrings: boolean
  readonly #outline = new Outline()
  /** No part of a statement was read yet. */
  #isStart = true
  /** The last word (in upper case) or mark before this token; empty after a value or a quoted name. */
  #before = ''

  constructor(sql: string, dialect: SqlDialect | undefined) {
    const syntax = syntaxOf(dialect)
    this.#tokens = new Tokens(sql, syntax)
    this.#hasBareStrings = syntax.hasBareStrings
  }

  /**
   * @param maxChars how much of the result will be used
   * @param isCutOff whether more of the statement follows
   */
  read(maxChars: number, isCutOff: boolean): string {
    while (this.#outline.settledChars <= maxChars && this.#tokens.next()) {
      const stop = this.#take()
      if (stop === undefined) continue
      this.#outline.add(stop)
      return this.#outline.finish(false)
    }
    return this.#outline.finish(isCutOff)
  }

  /** Adds the token to the result. @returns what replaces the rest of the statement, if the rest must not be shown */
  #take(): string | undefined {
    const { kind, text } = this.#tokens
    if (kind === 'gap') return void this.#outline.add(' ')
    if (kind === 'unsure') return '?…'
    if (kind === 'word') return this.#takeWord(text)
    if (kind === 'mark') return this.#takeMark(text)
    if (this.#isStart) return '?…'
    const isName = kind === 'name' || (kind === 'either' && this.#mustBeName())
    this.#outline.add(isName ? text : '?')
    this.#before = ''
    return undefined
  }

  #takeWord(word: string): string | undefined {
    const keyword = this.#before === '.' ? '' : word.toUpperCase()
    if (this.#isStart && !SHOWN.has(keyword)) return `${word} …`
    if (this.#hasBareStrings && (keyword === 'EXEC' || keyword === 'EXECUTE')) return `${word} …`
    const isFirst = this.#outline.isEmpty
    this.#isStart = false
    const isInColumns = keyword !== 'SELECT' && keyword !== 'FROM'
    if (!isInColumns) this.#outline.endColumns(keyword === 'SELECT')
    this.#outline.add(word)
    if (keyword === 'SELECT' && isFirst) this.#outline.startColumns()
    if (keyword === 'DISTINCT' && this.#before === 'SELECT') this.#outline.restartColumns()
    this.#before = keyword === 'FROM' && !this.#isOfTable() ? '' : keyword
    if (keyword === 'SELECT' || keyword === 'DELETE') this.#outline.group.awaitsFrom = true
    return undefined
  }

  /** Whether a FROM belongs to a SELECT or DELETE, not to `TRIM(… FROM "x")` or `IS DISTINCT FROM "x"`. */
  #isOfTable(): boolean {
    const { group } = this.#outline
    if (!group.awaitsFrom || this.#before === 'DISTINCT') return false
    group.awaitsFrom = false
    return true
  }

  #mustBeName(): boolean {
    return BEFORE_NAME.has(this.#before) || this.#tokens.isQualifier
  }

  #takeMark(mark: string): string | undefined {
    if (this.#isStart && mark !== '(' && mark !== ';') return '?…'
    this.#before = mark
    if (mark === ')') this.#outline.close()
    else if (mark !== '(') this.#outline.add(mark)
    else if (!this.#outline.open()) return '…'
    if (mark === ';') this.#isStart = true
    return undefined
  }
}
