const MAX_DEPTH = 50
const MAX_COLUMNS_CHARS = 40
/** The schemas that are meant when none is named. */
const DEFAULT_SCHEMAS: ReadonlySet<string> = new Set(['main', 'public', 'dbo'])

/** A place in the text. */
class Place {
  readonly part: number
  readonly char: number

  constructor(part: number, char: number) {
    this.part = part
    this.char = char
  }
}

/** A pair of parentheses that is open, or the statement itself. */
class Group {
  readonly start: Place
  /** A SELECT or DELETE came, and not yet its FROM. */
  awaitsFrom = false
  /** The last group that was closed in it, and where that ended. */
  lastClosed = ''
  lastEnd: Place | undefined
  #isList = true
  #isCast = false
  #values = 0
  #commas = 0

  constructor(start: Place) {
    this.start = start
  }

  /** Takes note of what a list consists of: values with or without a cast, such as `?::uuid`, and commas. */
  add(part: string): void {
    if (part === '?') this.#values++
    else if (part === ',') this.#commas++
    else if (part !== ' ' && part !== ':' && !this.#isCast) this.#isList = false
    this.#isCast = part !== ',' && (this.#isCast || part === ':')
  }

  /** Whether it holds several values and nothing else, or one that comes after IN. */
  isList(isAfterIn: boolean): boolean {
    return this.#isList && this.#values > 0 && (this.#commas > 0 || isAfterIn)
  }
}

/** The text of a fingerprint; folds lists of values, equal rows and long column lists as they come. */
export class Outline {
  readonly #parts: string[] = []
  #chars = 0
  readonly #groups: Group[] = [new Group(new Place(0, 0))]
  /** Where the columns of the first SELECT start, until its FROM comes. */
  #columns: Place | undefined

  /** The innermost group. */
  get group(): Group {
    return this.#groups.at(-1) as Group
  }

  get isEmpty(): boolean {
    return this.#chars === 0
  }

  /** How much of the text no later part can change. */
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

  /** The columns of a SELECT start here. */
  startColumns(): void {
    this.#columns = this.#place()
  }

  /** They start here only, after a DISTINCT. */
  restartColumns(): void {
    if (this.#columns) this.startColumns()
  }

  /** The columns, if any, end at a FROM, where they are folded if they are long, or with a SELECT in them. */
  endColumns(hasSelect: boolean): void {
    if (!this.#columns || (!hasSelect && this.#groups.length > 1)) return
    if (!hasSelect && this.#chars - this.#columns.char > MAX_COLUMNS_CHARS) {
      this.#cut(this.#columns)
      this.#push(' … ')
    }
    this.#columns = undefined
  }

  /** @returns `false` where groups are nested too deep */
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

  /** @param isCutOff whether more would follow: a list or row that was cut off is folded as if it were whole */
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
