import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkSync } from 'recheck'
import ts from 'typescript-5.9'

// Every regular expression in the packages' sources takes time linear in the text: much of it meets a client's.

process.env.RECHECK_SYNC_BACKEND = 'pure'

// The check gives no verdict on these. Why each is linear:
const JUDGED_BY_HAND: Record<string, string> = {
  'packages/core/src/record/mask-url.ts /(?:[?&;#]|%(?:25)*(?:3f|26|3b|23))(?:state|session_state|scope|iss|client_id|redirect_uri|code_verifier|grant_type)(?:=|%(?:25)*3d)/i':
    'it starts at a delimiter or at a %, and what (?:25)* repeats holds neither',
}

const root = fileURLToPath(new URL('..', import.meta.url))

interface Found {
  readonly path: string
  readonly place: string
  /** Source and flags; undefined where they are made at run time. */
  readonly pattern: readonly [string, string] | undefined
}

const found = (readdirSync(join(root, 'packages'), { recursive: true }) as string[])
  .filter((path) => /^[^/\\]+[/\\]src[/\\].*\.ts$/.test(path) && !/generated|node_modules/.test(path))
  .map((path) => `packages/${path.replaceAll('\\', '/')}`)
  .flatMap(regularExpressions)

function regularExpressions(path: string): Found[] {
  const file = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true)
  const all: Found[] = []
  const visit = (node: ts.Node): void => {
    const place = `${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`
    if (ts.isRegularExpressionLiteral(node)) all.push({ path, place, pattern: split(node.text) })
    if (makesOne(node)) all.push({ path, place, pattern: undefined })
    ts.forEachChild(node, visit)
  }
  visit(file)
  return all
}

function split(literal: string): [string, string] {
  const end = literal.lastIndexOf('/')
  return [literal.slice(1, end), literal.slice(end + 1)]
}

function makesOne(node: ts.Node): boolean {
  return (ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'RegExp'
}

test('no regular expression of the packages is made at run time', () => {
  expect(found.filter(({ pattern }) => !pattern).map(({ place }) => place)).toEqual([])
})

test('every regular expression of the packages is linear', () => {
  const verdicts = new Map<string, string>()
  const slow = found.flatMap(({ path, place, pattern }) => {
    if (!pattern) return []
    const [source, flags] = pattern
    const key = `/${source}/${flags}`
    if (JUDGED_BY_HAND[`${path} ${key}`]) return []
    if (!verdicts.has(key)) verdicts.set(key, checkSync(source, flags, { timeout: 200_000 }).status)
    return verdicts.get(key) === 'safe' ? [] : [`${place} ${key} is ${verdicts.get(key)}`]
  })
  expect(slow).toEqual([])
})
