import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const promises = readFileSync(join(root, 'SECURITY.md'), 'utf8').split('\n## ')[0] as string
const named = [...promises.matchAll(/^- `(.+)`: (.+)$/gm)].map(([, path, title]) => [path, title] as const)

/** Whether a test of that title is there, and runs. */
function hasTest(path: string, title: string): boolean {
  if (!existsSync(join(root, path))) return false
  const source = readFileSync(join(root, path), 'utf8')
  const at = Math.max(source.indexOf(`'${title}',`), source.indexOf(`"${title}",`))
  const call = source.slice(0, at).split('\n').slice(-2).join('\n') // the title may have a line of its own
  return at >= 0 && !/\.(?:skip|todo|fails)\b/.test(call)
}

test('every promise of SECURITY.md names its tests, and each exists', () => {
  const unproved = promises
    .split(/^(?=\*\*)/m)
    .slice(1)
    .filter((promise) => !/^- `/m.test(promise))
  expect(unproved).toEqual([])
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter(([path = '', title = '']) => !hasTest(path, title))).toEqual([])
})
