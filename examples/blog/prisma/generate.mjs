// Generates the Prisma client into src/generated/, unless it is up to date.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
const blog = dirname(import.meta.dirname)
const manifest = require.resolve('prisma/package.json')
const { version, bin } = require(manifest)

const madeFromFile = join(blog, 'src/generated/made-from.txt')
const madeFrom = `prisma ${version}\n${readFileSync(join(blog, 'prisma/schema.prisma'), 'utf8')}`

if (!existsSync(madeFromFile) || readFileSync(madeFromFile, 'utf8') !== madeFrom) {
  const { status } = spawnSync(
    process.execPath,
    [join(dirname(manifest), bin.prisma), 'generate', '--no-hints'],
    {
      cwd: blog,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, CHECKPOINT_DISABLE: '1' }, // no look for a newer version on the network
    },
  )
  if (status !== 0) process.exit(status ?? 1)
  writeFileSync(madeFromFile, madeFrom)
}
