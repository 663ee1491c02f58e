const MAX_CHARS = 128
const MAX_KNOWN = 1_000

/** A tag whose parts are letters, digits, `_` and `-`, between single dots. */
export const TAG: RegExp = /^[\w-]+(?:\.[\w-]+)*$/

/** Where a label's records go: its tag, and whether the tag says all of the label. */
export interface Tag {
  readonly name: string
  readonly exact: boolean
}

/**
 * Makes tags of labels: `TAG.LABEL`, or `TAG` without one. In a label every character but letters, digits, `_`,
 * `-` and single inner dots becomes `_`, and what is longer than 128 characters is cut: such a tag is not exact.
 */
export function tagger(tagName: string): (label: unknown) => Tag {
  const bare: Tag = { name: tagName, exact: false }
  const known = new Map<string, Tag>()
  return (label) => {
    if (typeof label !== 'string' || label === '') return bare
    const isShort = label.length <= MAX_CHARS
    const remembered = isShort ? known.get(label) : undefined
    if (remembered) return remembered
    const part = tagPart(label)
    const tag = { name: copyOf(`${tagName}.${part}`), exact: part === label }
    if (!isShort) return tag
    if (known.size === MAX_KNOWN) known.clear() // labels made of data must not fill the memory
    known.set(copyOf(label), tag)
    return tag
  }
}

function tagPart(label: string): string {
  return label
    .slice(0, MAX_CHARS)
    .replace(/[^\w.-]/gu, '_')
    .replace(/^\.|\.(?=\.|$)/g, '_')
}

/** A text of its own: a slice would keep the whole text it was cut from. */
function copyOf(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le')
}
