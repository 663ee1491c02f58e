/** What questions are asked of: SQL over the tables of {@link requests schema.ts}. */
export interface Store {
  /**
   * Runs one query and gives its rows as plain objects. At most two run at a time, others wait.
   *
   * Every number is a JavaScript number, also a count. A time is milliseconds since 1970. JSON is its text. A list
   * is an array, a struct an object, `NULL` is `null`.
   * @param sql one statement. Times in it are in UTC unless it says `AT TIME ZONE`
   * @param params values of `$name` in the SQL, without the `$`; those that the SQL does not name are ignored
   * @param signal interrupts the query, which then rejects with the signal's reason
   * @throws `StoreError` with the database's message if the SQL is wrong or the memory limit too small
   */
  query<Row>(sql: string, params?: Record<string, Param>, signal?: AbortSignal): Promise<Row[]>
}

/** A list must not be empty: write `false` instead of `IN` nothing. */
export type Param = string | number | boolean | null | readonly string[] | readonly number[]

/** The database refused a statement, or the store is closed. */
export class StoreError extends Error {
  override name = 'StoreError'
}
