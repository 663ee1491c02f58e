/** Equal steps of time that suit a range: 1, 5, 15 seconds … days; days begin at midnight of the scope's zone. */
export interface Buckets {
  /** The step in milliseconds; 0 where there is no record. A day of a clock change is shorter or longer. */
  width: number
  /** Where each bucket begins, in milliseconds since 1970, without gaps. */
  starts: readonly number[]
}
