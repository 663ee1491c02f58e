/** The page's only style sheet; the colours are those of the reader's system, light or dark. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2126; --faint: #626b76; --line: #e1e5ea; --page: #fff; --bar: #3568d4;
  --bad: #b3261e; --warning: #8a5a00; --good: #1b6e37; --name: #0b5a75 }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7eb; --faint: #9aa4b0; --line: #333a42; --page: #15181c;
  --bar: #7aa2f7; --bad: #ff8a80; --warning: #f0c060; --good: #7fd69b; --name: #7cc7e2 } }
body { margin: 2rem auto; max-width: 76rem; padding: 0 1rem; color: var(--ink); background: var(--page);
  font: 15px/1.45 system-ui, sans-serif }
h1 { font-size: 1.3rem; margin: 0 0 .3rem } h2 { font-size: 1.05rem; margin: 2.2rem 0 .5rem }
header p, .note { margin: .15rem 0; color: var(--faint) }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th { text-align: left; font-weight: 500; color: var(--faint); white-space: nowrap }
th, td { padding: .25rem .7rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
td.text { overflow-wrap: anywhere; min-width: 7rem }
td:not(.text) { white-space: nowrap } th.number, td.number { text-align: right }
dl { display: flex; flex-wrap: wrap; gap: 1rem 2.2rem; margin: 1.4rem 0 .6rem }
dt { color: var(--faint) } dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums }
.bad { color: var(--bad) } .warning { color: var(--warning) } .good { color: var(--good) } .name { color: var(--name) }
.faint { color: var(--faint) } .title { font-weight: 600 }
.spark svg { width: 7rem; height: 1.3rem } svg { display: block; fill: var(--bar) } figure { margin: .6rem 0 1rem } figcaption { color: var(--faint) }
figure svg { width: 100%; height: 5rem; border-bottom: 1px solid var(--line) }
footer { margin-top: 2.5rem; color: var(--faint) }
@media print { body { max-width: none; margin: 0 } .wide { overflow: visible } }
`
