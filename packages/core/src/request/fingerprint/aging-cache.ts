/**
 * Remembers texts made of texts. Of two generations the older one is forgotten when the younger one is full; what
 * was asked for since is kept.
 */
export class AgingCache {
  readonly #maxChars: number
  #young = new Map<string, string>()
  #old: ReadonlyMap<string, string> = this.#young
  #chars = 0

  /** @param maxChars what the keys and values of a generation hold at most, in characters */
  constructor(maxChars: number) {
    this.#maxChars = maxChars
  }

  /** What `make` gives for the key, now or before. */
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

/** V8 keeps the whole of a text alive for a part of it; this is one of its own. */
function copyOf(text: string): string {
  return ` ${text}`.slice(1)
}
