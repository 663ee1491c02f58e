/** Removes a path from an error's message. Each attempt has a new path, and the same failure must be reported once. */
export function withoutName(error: unknown, path: string): unknown {
  if (error instanceof Error) error.message = error.message.replace(path, 'a new name')
  return error
}
