import { createHash, randomBytes } from 'node:crypto'
import { oneOf, splitAll } from '../options/scope-options.js'
import { literal, readFilterValue, type Scope } from '../questions/scope.js'
import { ACTION_ID } from '../store/schema.js'
import type { Store } from '../store/store.js'

const MASKS = ['user', 'ip', 'query'] as const

/** What `--mask` hides. */
export type Masked = (typeof MASKS)[number]

/**
 * Reads `--mask user,ip,query`.
 * @throws UsageError
 */
export function parseMask(values: readonly string[] | undefined): ReadonlySet<Masked> {
  return new Set((splitAll(values) ?? []).map((value) => oneOf('--mask', value, MASKS) as Masked))
}

/** Texts in which a user, an address or a query may stand, too. */
const REQUEST_TEXTS = ['url', 'ex_message', 'ex_stack']
const REQUEST_JSON = ['extra', 'other']

/**
 * Hides users, addresses and the values in URLs where they are read, so that no output can show them: the tables that
 * questions see become views. A user becomes a name that is the same in the whole output and another in the next.
 */
export class Mask {
  readonly #what: ReadonlySet<Masked>
  readonly #salt = randomBytes(16).toString('hex')

  constructor(what: ReadonlySet<Masked>) {
    this.#what = what
  }

  async apply(store: Store): Promise<void> {
    if (this.#what.size === 0) return
    for (const sql of [this.#requestsView(), this.#actionsView(), "UPDATE rejected SET text = '***'"])
      await store.query(sql)
  }

  /** The name that stands for a user. */
  user(user: string): string {
    if (!this.#what.has('user') || user === '') return user
    return `user-${createHash('md5')
      .update(this.#salt + user)
      .digest('hex')
      .slice(0, 8)}`
  }

  /** The scope with the names that stand for its users. */
  scope(scope: Scope): Scope {
    const nameOf = (text: string): string => {
      const { isExcluded, value } = readFilterValue(text)
      return `${isExcluded ? '!' : ''}${literal(this.user(value))}`
    }
    return scope.user ? { ...scope, user: scope.user.map(nameOf) } : scope
  }

  #requestsView(): string {
    const texts = REQUEST_TEXTS.map((name) => `${this.#text(`"${name}"`, '"user"')} AS "${name}"`)
    const json = REQUEST_JSON.map((name) => `${this.#json(`"${name}"`, '"user"')} AS "${name}"`)
    const own = [`${this.#userName('"user"')} AS "user"`, `${this.#address('remote_ip')} AS remote_ip`]
    return `CREATE OR REPLACE VIEW requests AS SELECT * REPLACE (${[...texts, ...json, ...own].join(', ')}) FROM request_rows`
  }

  #actionsView(): string {
    const who = 'coalesce(action_rows."user", r."user")' // a record without a user may name that of its request
    const fields = `CASE WHEN action_rows."user" IS NULL THEN action_rows.fields::VARCHAR ELSE json_merge_patch(action_rows.fields, json_object('user', ${this.#userName('action_rows."user"')}))::VARCHAR END`
    return `CREATE OR REPLACE VIEW actions AS SELECT ${ACTION_ID}, action_rows.* REPLACE (
      ${this.#userName('action_rows."user"')} AS "user", ${this.#json(`(${fields})`, who)}::JSON AS fields)
      FROM action_rows LEFT JOIN (SELECT request_id, any_value("user") AS "user" FROM request_rows GROUP BY request_id) r
      ON action_rows.request_id = r.request_id`
  }

  #userName(column: string): string {
    if (!this.#what.has('user')) return column
    return `CASE WHEN ${column} IS NOT NULL THEN 'user-' || left(md5('${this.#salt}' || ${column}), 8) END`
  }

  #address(column: string): string {
    if (!this.#what.has('ip')) return column
    return `CASE WHEN contains(${column}, '.') THEN ${withoutLastNumber(column)}
      WHEN contains(${column}, ':') THEN regexp_replace(${column}, '^([0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F]*):.*$', '\\1::')
      WHEN ${column} IS NOT NULL THEN '***' END`
  }

  /**
   * JSON in which something of it all may stand. A number, true, false or null that is written like the user becomes
   * another one; what is no JSON after that is left out.
   */
  #json(column: string, user: string): string {
    const masked = this.#text(column, user)
    if (!this.#what.has('user')) return `CASE WHEN json_valid(${masked}) THEN ${masked} END`
    const other = `CASE WHEN ${user} IN ('true', 'false', 'null') THEN 'null' ELSE '1' END`
    const plain = this.#text(column, user, other)
    return `CASE WHEN json_valid(${masked}) THEN ${masked} WHEN json_valid(${plain}) THEN ${plain} END`
  }

  /** A text in which something of it all may stand; `user` is the column of whom it may name. */
  #text(column: string, user: string, name: string = this.#userName(user)): string {
    let sql = `${column}::VARCHAR`
    if (this.#what.has('query'))
      sql = `regexp_replace(${sql}, '([?&;][^=&;#\\s"]*)=[^&;#\\s"]*', '\\1=***', 'g')`
    if (this.#what.has('ip')) sql = withoutLastNumber(sql)
    // one letter or two would be found in every word
    if (this.#what.has('user'))
      sql = `CASE WHEN length(${user}) > 2 THEN replace(${sql}, ${user}, ${name}) ELSE ${sql} END`
    return sql
  }
}

function withoutLastNumber(sql: string): string {
  return `regexp_replace(${sql}, '\\b(\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})\\.\\d{1,3}\\b', '\\1.0', 'g')`
}
