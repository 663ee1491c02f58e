import stringWidth from 'string-width'

const graphemes = new Intl.Segmenter()
/** Signs of one column each, as nearly all text has: string-width takes 0.1 s to begin. */
const NARROW = /^[ -~·×–…≈≥≤→▀-▟]*$/

/** How many terminal columns the text takes. */
export function widthOf(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text)
}

/** The text within so many columns; what has no room is cut off and shown as `…`. */
export function cutToWidth(text: string, width: number): string {
  const start = text.slice(0, width * 16) // a longer text is not measured to its end
  if (start === text && widthOf(text) <= width) return text
  let out = ''
  let left = width - 1 // for the ellipsis
  for (const { segment } of graphemes.segment(start)) {
    left -= widthOf(segment)
    if (left < 0) break
    out += segment
  }
  return width < 1 ? '' : `${out}…`
}

/** The text in exactly so many columns. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const shown = cutToWidth(text, width)
  const space = ' '.repeat(Math.max(0, width - widthOf(shown)))
  return align === 'left' ? shown + space : space + shown
}

/** The text in lines of at most so many columns, broken between words. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && widthOf(longer) > width) {
      lines.push(line)
      line = indent + word
    } else line = longer
  }
  return [...lines, line]
}
