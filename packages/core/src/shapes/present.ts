type Maybe<T> = { [Name in keyof T]: T[Name] | undefined }

/** The members that are not undefined. */
export function present<T extends object>(members: Maybe<T>): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T
}

/** The same, but no object at all where none would be in it. */
export function group<T extends object>(members: Maybe<T>): T | undefined {
  const some = present<T>(members)
  return Object.keys(some).length > 0 ? some : undefined
}
