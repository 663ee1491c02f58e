const MAX_DEPTH = 50
const MAX_COLUMNS_CHARS = 40
/** The schemas that a database uses if a statement names none. */
const DEFAULT_SCHEMAS: ReadonlySet<string> = new Set(['main', 'public', 'dbo'])

/** A place in the text: how many parts and characters stand before it. */
class Place {
  readonly part: number
  readonly char: number

  constructor(part: number, char: number) {
    this.part = part
    this.char = char
  }
}

/** An open pair of parentheses, or the whole statement. */
class Group {
  readonly start: Place
  /** A SELECT or DELETE was read, but its FROM was not read yet. */
  awaitsFrom = false
  /** The text of the last group inside it that was closed, and where that text ended. */
  lastClosed = ''
  lastEnd: Place | undefined
  #isList = true
  #isCast = false
  #values = 0
  #commas = 0

  constructor(start: Place) {
    this.start = start
  }

  /** Adds a part. A list consists of commas and of values with or without a cast, such as `?::uuid`. */
  add(part: string): void {
    if (part === '?') this.#values++
    else if (part === ',') this.#commas++
    else if (part !== ' ' && part !== ':' && !this.#isCast) this.#isList = false
    this.#isCast = part !== ',' && (this.#isCast || part === ':')
  }

  /** Whether it consists of several values and nothing else, or of one value after IN. */
  isList(isAfterIn: boolean): boolean {
    return this.#isList && this.#values > 0 && (this.#commas > 0 || isAfterIn)
  }
}

/** Builds the text of a fingerprint. Shortens lists of values, equal rows and long column lists as it goes. */
export class Outline {
  readonly #parts: string[] = []
  #chars = 0
  readonly #groups: Group[] = [new Group(new Place(0, 0))]
  /** Where the columns of the first SELECT start, as long as its FROM was not read. */
  #columns: Place | undefined

  /** The innermost group. */
  get group(): Group {
    return this.#groups.at(-1) as Group
  }

  get isEmpty(): boolean {
    return this.#chars === 0
  }

  /** How many characters of the text can no longer change. */
  get settledChars(): number {
    return this.#columns ? 0 : (this.#groups[1]?.start.char ?? this.#chars)
  }

  add(part: string): void {
    if (part === ' ' && (this.#chars === 0 || this.#parts.at(-1) === ' ')) return
    if (part === '.' && this.#endsInDefaultSchema()) {
      this.#chars -= this.#parts.pop()?.length ?? 0
      return
    }
    this.group.add(part)
    this.#push(part)
  }

  /** Records that the columns of a SELECT start here. */
  startColumns(): void {
    this.#columns = this.#place()
  }

  /** Records that the columns start here, after a DISTINCT. */
  restartColumns(): void {
    if (this.#columns) this.startColumns()
  }

  /** Ends the columns at a FROM, where long ones are shortened, or at a SELECT inside them, where none are. */
  endColumns(hasSelect: boolean): void {
    if (!this.#columns || (!hasSelect && this.#groups.length > 1)) return
    if (!hasSelect && this.#chars - this.#columns.char > MAX_COLUMNS_CHARS) {
      this.#cut(this.#columns)
      this.#push(' … ')
    }
    this.#columns = undefined
  }

  /** Opens a parenthesis. @returns `false` if the parentheses are nested too deeply */
  open(): boolean {
    this.#groups.push(new Group(this.#place()))
    this.#push('(')
    return this.#groups.length <= MAX_DEPTH
  }

  close(): void {
    const group = this.#groups.length > 1 ? this.#groups.pop() : undefined
    if (!group) return this.add(')')
    const text = group.isList(this.#isAfterIn(group)) ? '(?, …)' : `${this.#textFrom(group.start)})`
    this.#cut(group.start)
    const outer = this.group
    if (outer.lastEnd && text === outer.lastClosed && this.#textFrom(outer.lastEnd).trim() === ',') {
      this.#foldAfter(outer.lastEnd)
    } else {
      outer.add(text)
      this.#push(text)
      outer.lastClosed = text
    }
    outer.lastEnd = this.#place()
  }

  /** @param isCutOff whether the statement goes on; an incomplete list or row at its end is shortened like a whole one */
  finish(isCutOff: boolean): string {
    if (isCutOff) this.#foldLast()
    return this.#parts.join('').trim()
  }

  #foldLast(): void {
    if (this.#groups.length > 1 && this.group.isList(this.#isAfterIn(this.group))) this.close()
    const { lastEnd } = this.#groups.at(-2) ?? this.group
    if (lastEnd && /^,(?: ?\([^()]*)?$/.test(this.#textFrom(lastEnd).trim())) this.#foldAfter(lastEnd)
  }

  #foldAfter(group: Place): void {
    this.#cut(group)
    if (this.#parts.at(-1) !== ', …') this.#push(', …')
  }

  #place(): Place {
    return new Place(this.#parts.length, this.#chars)
  }

  #push(part: string): void {
    this.#parts.push(part)
    this.#chars += part.length
  }

  #cut({ part, char }: Place): void {
    this.#parts.length = part
    this.#chars = char
  }

  #textFrom({ part }: Place): string {
    return this.#parts.slice(part).join('')
  }

  #isAfterIn({ start: { part } }: Group): boolean {
    const before = this.#parts[part - 1] === ' ' ? part - 2 : part - 1
    return this.#parts[before]?.toUpperCase() === 'IN'
  }

  #endsInDefaultSchema(): boolean {
    return DEFAULT_SCHEMAS.has(this.#parts.at(-1) as string) && this.#parts.at(-2) !== '.'
  }
}
