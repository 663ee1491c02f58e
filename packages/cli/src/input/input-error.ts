/** The input cannot be read at all: a wrong path, no permission, a folder without logs. The command ends with 2. */
export class InputError extends Error {
  override name = 'InputError'
}
