import { readFilterValue, type Scope } from '../questions/scope.js'

/** The filters of a scope in words: `view GET /posts/:id; status 5xx; without bots`. Empty where there is none. */
export function describeScope(scope: Scope): string {
  const lists = {
    view: scope.view,
    user: scope.user,
    label: scope.label,
    status: scope.status,
    method: scope.method,
  }
  const parts = Object.entries({ ...lists, ...scope.fields })
    .filter(([, values]) => values !== undefined && values.length > 0)
    .map(([name, values]) => `${name} ${(values as readonly string[]).map(inWords).join(' or ')}`)
  if (scope.search) parts.push(`text ${JSON.stringify(scope.search)}`)
  if (scope.where) parts.push(`where ${scope.where}`)
  if (scope.bots === 'exclude') parts.push('without bots')
  if (scope.bots === 'only') parts.push('only bots')
  return parts.join('; ')
}

function inWords(text: string): string {
  const { isExcluded, value } = readFilterValue(text)
  return `${isExcluded ? 'not ' : ''}${value || '(none)'}`
}
