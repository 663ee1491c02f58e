/** An error without the path that only this attempt would have made, so that the next one fails in the same way. */
export function withoutName(error: unknown, path: string): unknown {
  if (error instanceof Error) error.message = error.message.replace(path, 'a new name')
  return error
}
