/** What the user can put right: an option, a file. Its message is printed as it is, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name: 'UsageError' = 'UsageError'
}
