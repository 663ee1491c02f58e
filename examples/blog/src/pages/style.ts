import { Html } from '../html.js'

export const style = new Html(`
:root {
  color-scheme: light dark;
  --paper: light-dark(#fdfcf9, #1b1c1a);
  --ink: light-dark(#24261f, #e6e4dc);
  --faint: light-dark(#6c6e63, #9d9e93);
  --line: light-dark(#e3e0d5, #383a34);
  --accent: light-dark(#3c6b2f, #9ccc86);
}
* { box-sizing: border-box }
body {
  max-width: 42rem; min-height: 100vh; margin: 0 auto; padding: 0 1.25rem;
  display: flex; flex-direction: column;
  background: var(--paper); color: var(--ink); font: 1.05rem/1.6 system-ui, sans-serif;
}
a { color: var(--accent) }
h1 { margin: 0 0 1rem; font-size: 1.9rem; line-height: 1.2 }
h2 { margin: 2.5rem 0 .5rem; font-size: 1.15rem }
header, nav { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.25rem }
header { justify-content: space-between; padding: 1.25rem 0 }
.brand { color: inherit; font-weight: 700; text-decoration: none }
main { flex: 1; padding: 1.5rem 0 3rem }
footer { padding: 1rem 0; border-top: 1px solid var(--line); color: var(--faint); font-size: .85rem }
footer p { margin: .25rem 0 }
code { overflow-wrap: anywhere }
.note { color: var(--faint); font-size: .9rem }
.list { padding: 0; list-style: none }
.list li { padding: .6rem 0; border-bottom: 1px solid var(--line) }
.list .note { display: block }
label { display: block; margin: 1rem 0 }
input, textarea, button { padding: .5rem .7rem; border: 1px solid var(--line); border-radius: .4rem; background: none; color: inherit; font: inherit }
input, textarea { display: block; width: 100% }
textarea { min-height: 9rem }
button { cursor: pointer }
form.names { display: flex; flex-wrap: wrap; gap: .6rem }
button.link { padding: 0; border: 0; color: var(--accent); text-decoration: underline }
`)
