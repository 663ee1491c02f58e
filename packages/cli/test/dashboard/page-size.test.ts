import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const folder = fileURLToPath(new URL('../../dist/page', import.meta.url))

test('the page has at most 60 kB, compressed', () => {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.\w+$/.test(name),
  )
  const bytes = names.map((name) => gzipSync(readFileSync(join(folder, name))).length)
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60_000)
})
