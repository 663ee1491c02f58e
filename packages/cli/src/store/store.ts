/** What questions are asked of: SQL over the tables of {@link requests schema.ts}. */
export interface Store {
  /**
   * Runs one query and gives its rows as plain objects. At most two run at a time, others wait.
   * @param params values of `$name` in the SQL, without the `$`
   * @param signal interrupts the query, which then rejects with the signal's reason
   */
  query<Row>(sql: string, params?: Record<string, Param>, signal?: AbortSignal): Promise<Row[]>
}

export type Param = string | number | boolean | null | readonly string[] | readonly number[]
