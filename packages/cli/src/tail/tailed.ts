/** What tail shows of a footprint. */
export interface TailedRequest {
  readonly time: number | null
  readonly request_id: string | null
  readonly method: string | null
  readonly url: string | null
  readonly view_name: string | null
  readonly status_code: number | null
  readonly user: string | null
  readonly user_agent: string | null
  readonly sql_count: number | null
  readonly sql_time: number | null
  readonly total_time: number | null
  readonly aborted: boolean
  readonly ex_type: string | null
  readonly ex_message: string | null
  readonly sql_repeat: string | null
  readonly sql_repeat_count: number | null
}

/** What tail shows of a labelled record. */
export interface TailedAction {
  readonly time: number | null
  readonly label_name: string | null
  readonly request_id: string | null
  readonly user: string | null
  /** Its other fields: `foo=bar count=3`. */
  readonly fields: string
}
