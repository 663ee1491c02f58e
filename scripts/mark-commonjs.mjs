// Marks dist/cjs of every library package as CommonJS: the packages themselves are "type": "module".
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const packages = fileURLToPath(new URL('../packages', import.meta.url))
for (const name of readdirSync(packages)) {
  if (!existsSync(`${packages}/${name}/tsconfig.cjs.json`)) continue
  mkdirSync(`${packages}/${name}/dist/cjs`, { recursive: true })
  writeFileSync(`${packages}/${name}/dist/cjs/package.json`, '{ "type": "commonjs" }\n')
}
