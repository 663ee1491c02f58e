/**
 * A cache from text to text in two generations. When the young generation is full, the old one is dropped and the young
 * one becomes old. A text that is used again moves to the young generation.
 */
export class AgingCache {
  readonly #maxChars: number
  #young = new Map<string, string>()
  #old: ReadonlyMap<string, string> = this.#young
  #chars = 0

  /** @param maxChars the most characters of all keys and values of one generation */
  constructor(maxChars: number) {
    this.#maxChars = maxChars
  }

  /** Returns the value of the key. Calls `make` if the cache does not have it. */
  getOrMake(key: string, make: (key: string) => string): string {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const ownKey = copyOf(key)
    const value = this.#old.get(key) ?? copyOf(make(key))
    this.#chars += ownKey.length + value.length
    if (this.#chars > this.#maxChars) {
      this.#old = this.#young
      this.#young = new Map()
      this.#chars = ownKey.length + value.length
    }
    this.#young.set(ownKey, value)
    return value
  }
}

/** Copies the text, because V8 keeps a long text in memory as long as a slice of it is used. */
function copyOf(text: string): string {
  return ` ${text}`.slice(1)
}
