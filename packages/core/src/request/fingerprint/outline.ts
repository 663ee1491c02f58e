const MAX_DEPTH = 50
const MAX_COLUMNS_CHARS = 40
/** The schemas that are meant when none is named. */
const DEFAULT_SCHEMAS: ReadonlySet<string> = new Set(['main', 'public', 'dbo'])

/** A pair of parentheses that is open, or the statement itself. */
class Group {
  readonly start: number
  /** The characters in front of it. */
  readonly charsBefore: number
  /** It holds nothing but values, commas and casts so far. */
  isList = true
  values = 0
  commas = 0
  isCast = false
  /** A SELECT or DELETE came, and not yet its FROM. */
  awaitsFrom = false
  /** The last group that was closed in it, and where that ended. */
  lastClosed = ''
  lastEnd = -1

  constructor(start: number, charsBefore: number) {
    this.start = start
    this.charsBefore = charsBefore
  }

  /** `?`, `?::uuid` and more of them are a list, and so is `IN (?)`. */
  add(part: string): void {
    if (part === '?') this.values++
    else if (part === ',') this.commas++
    else if (part !== ' ' && part !== ':' && !this.isCast) this.isList = false
    this.isCast = part !== ',' && (this.isCast || part === ':')
  }

  isLongList(isAfterIn: boolean): boolean {
    return this.isList && this.values > 0 && (this.commas > 0 || isAfterIn)
  }
}

/** The text of a fingerprint, which folds lists of values, rows of them, and long column lists as they come. */
export class Outline {
  readonly #parts: string[] = []
  #chars = 0
  #groups: Group[] = [new Group(0, 0)]
  /** Where the columns of the first SELECT start, until its FROM comes. */
  #columns: number | undefined

  /** The innermost group. */
  get group(): Group {
    return this.#groups.at(-1) as Group
  }

  get isEmpty(): boolean {
    return this.#chars === 0
  }

  /** How much of the text no later part can change. */
  get settledChars(): number {
    return this.#columns === undefined ? (this.#groups[1]?.charsBefore ?? this.#chars) : 0
  }

  add(part: string): void {
    if (part === ' ' && (this.#chars === 0 || this.#parts.at(-1) === ' ')) return
    if (part === '.' && this.#endsInDefaultSchema()) return this.#cut(this.#parts.length - 1)
    this.group.add(part)
    this.#push(part)
  }

  /** The columns of a SELECT start here. */
  startColumns(): void {
    this.#columns = this.#parts.length
  }

  /** They start here only, after a DISTINCT. */
  restartColumns(): void {
    if (this.#columns !== undefined) this.startColumns()
  }

  /** The columns, if any, end at a FROM, where they are folded if they are long, or with a SELECT in them. */
  endColumns(hasSelect: boolean): void {
    if (this.#columns === undefined || (!hasSelect && this.#groups.length > 1)) return
    const columns = this.#parts.slice(this.#columns).join('').trim()
    if (!hasSelect && columns.length > MAX_COLUMNS_CHARS) {
      this.#cut(this.#columns)
      for (const part of [' ', '…', ' ']) this.add(part)
    }
    this.#columns = undefined
  }

  /** @returns `false` where groups are nested too deep */
  open(): boolean {
    this.#groups.push(new Group(this.#parts.length, this.#chars))
    this.#push('(')
    return this.#groups.length <= MAX_DEPTH
  }

  close(): void {
    const group = this.#groups.length > 1 ? this.#groups.pop() : undefined
    if (!group) return this.add(')')
    const text = group.isLongList(this.#isAfterIn(group)) ? '(?, …)' : `${this.#textFrom(group.start)})`
    this.#cut(group.start)
    const outer = this.group
    const isRepeated = text === outer.lastClosed && this.#textFrom(outer.lastEnd).trim() === ','
    if (isRepeated) {
      this.#cut(outer.lastEnd)
      if (this.#parts.at(-1) !== ', …') this.#push(', …')
    } else {
      outer.isList = false
      this.#push(text)
      outer.lastClosed = text
    }
    outer.lastEnd = this.#parts.length
  }

  /** The text so far. A list or a row that was cut off is folded as if it were whole. */
  finish(isCutOff: boolean): string {
    if (isCutOff) {
      const group = this.group
      if (this.#groups.length > 1 && group.isLongList(this.#isAfterIn(group))) this.close()
      const outer = this.#groups.length > 1 ? this.#groups.at(-2) : this.group
      const rest = outer && outer.lastEnd >= 0 ? this.#textFrom(outer.lastEnd).trim() : ''
      if (outer && /^,(?: ?\([^()]*)?$/.test(rest)) {
        this.#cut(outer.lastEnd)
        if (this.#parts.at(-1) !== ', …') this.#push(', …')
      }
    }
    return this.#parts.join('').trim()
  }

  #push(part: string): void {
    this.#parts.push(part)
    this.#chars += part.length
  }

  #cut(from: number): void {
    this.#chars -= this.#textFrom(from).length
    this.#parts.length = from
  }

  #textFrom(start: number): string {
    return this.#parts.slice(start).join('')
  }

  #isAfterIn(group: Group): boolean {
    const before = this.#parts[group.start - 1] === ' ' ? group.start - 2 : group.start - 1
    return this.#parts[before]?.toUpperCase() === 'IN'
  }

  #endsInDefaultSchema(): boolean {
    return DEFAULT_SCHEMAS.has(this.#parts.at(-1) as string) && this.#parts.at(-2) !== '.'
  }
}
