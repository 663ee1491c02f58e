import { cpus } from 'node:os'

/** The names asked for on the command line, and those that always run; all, if none is asked for. */
export function namesAsked(all, always) {
  const asked = process.argv.slice(2)
  const unknown = asked.filter((name) => !Object.hasOwn(all, name))
  if (unknown.length > 0) throw new Error(`no "${unknown}"; there are: ${Object.keys(all).join('; ')}`)
  return Object.keys(all).filter((name) => asked.length === 0 || [...always, ...asked].includes(name))
}

/** What the figures belong to. */
export function printMachine(node = process.version) {
  console.log(`\nNode ${node}, ${cpus().length} × ${cpus()[0].model.trim()}, ${process.platform}\n`)
}

/** A table in Markdown: the first column is text, the others are figures. */
export function printTable(head, rows) {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => String(row[i]).length)))
  const print = (cells) => console.log(`| ${cells.join(' | ')} |`)
  const pad = (cell, i) => (i === 0 ? String(cell).padEnd(widths[i]) : String(cell).padStart(widths[i]))
  print(head.map(pad))
  print(widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)))
  for (const row of rows) print(row.map(pad))
}
