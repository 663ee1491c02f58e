import { type Store, StoreError } from '../store/store.js'
import { QuestionError } from './question-error.js'

interface Parsed {
  error: boolean
  error_message?: string
  statements?: { node: Record<string, unknown>; named_param_map: unknown[] }[]
}

/**
 * Checks a condition that the user wrote in SQL: it must be one complete expression, so that it can stand in
 * parentheses in any query. The store's lock keeps it from files and settings; being an expression keeps it from
 * changing the tables.
 * @throws QuestionError that says what is wrong with it
 */
export async function checkCondition(store: Store, condition: string): Promise<void> {
  const fail = (rule: string): never => {
    throw wrongCondition(rule, condition)
  }
  const parsed = await parseSelect(store, `SELECT ${condition}\n`)
  if (parsed.error) fail(`must be a condition in SQL (${parsed.error_message})`)
  if (!isOneExpression(parsed)) fail('must be one condition in SQL')
  if (parsed.statements?.some((statement) => statement.named_param_map.length > 0))
    fail('must not use parameters')
  try {
    await store.query(`SELECT 1 FROM requests WHERE ${inParentheses(condition)} LIMIT 0`)
  } catch (error) {
    fail(`must be a condition over the columns of requests (${firstParagraph(error)})`)
  }
}

/**
 * What made a question fail: the condition if it cannot be evaluated for all requests, such as `url::INT = 1`;
 * otherwise the error itself.
 */
export async function explainFailure(store: Store, condition: string, error: unknown): Promise<unknown> {
  if (!(error instanceof StoreError) || error.message.startsWith('@actionlog/')) return error
  return store.query(`SELECT count(*) FROM requests WHERE ${inParentheses(condition)}`).then(
    () => error,
    (cause) => wrongCondition(`cannot be evaluated for each request (${firstParagraph(cause)})`, condition),
  )
}

function wrongCondition(rule: string, condition: string): QuestionError {
  return new QuestionError(`@actionlog/cli: --where ${rule}, got ${JSON.stringify(condition)}`)
}

function isOneExpression({ statements: [statement, ...others] = [] }: Parsed): boolean {
  const node = statement?.node ?? {}
  const expressions = (node.select_list ?? []) as { alias: string }[]
  return (
    others.length === 0 &&
    node.type === 'SELECT_NODE' &&
    expressions.length === 1 &&
    expressions[0]?.alias === '' &&
    (node.from_table as { type: string }).type === 'EMPTY' &&
    [node.modifiers, node.group_expressions].every((list) => (list as unknown[]).length === 0) &&
    [node.where_clause, node.having, node.qualify, node.sample].every((clause) => clause === null)
  )
}

/** What the database says, without the lines of SQL that the user did not write. */
export function firstParagraph(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.split(/\n\s*\n/, 1)[0]?.replaceAll('\n', ' ') ?? message
}

/** The line break ends a `--` comment in the condition. */
export function inParentheses(condition: string): string {
  return `(${condition}\n)`
}

/** Parses SQL that can only be SELECT statements, without running it. */
export async function parseSelect(store: Store, text: string): Promise<Parsed> {
  const [row] = await store.query<{ parsed: string }>(
    'SELECT json_serialize_sql($text::VARCHAR)::VARCHAR AS parsed',
    { text },
  )
  const parsed = JSON.parse(row?.parsed ?? '{"error":true}') as Parsed
  const { error_message: message } = parsed
  return message === undefined ? parsed : { ...parsed, error_message: message.replaceAll('\n', ' ') }
}
