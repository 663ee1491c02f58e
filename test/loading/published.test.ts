import { readFileSync } from 'node:fs'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { tarballs } from '../packed.ts'

// What publint and "are the types wrong" say of the packages as they are published.

const packages = Object.entries(await tarballs())

test.each(packages)('publint finds nothing in %s', async (_, tarball) => {
  const bytes = readFileSync(tarball)
  const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer }, strict: true })
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
})

test.each(packages)('%s has the right types under every module resolution', async (_, tarball) => {
  const result = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))))
  expect(result.types).toEqual({ kind: 'included' })
  expect('problems' in result && result.problems).toEqual([])
})
