import { actions, type Columns, rejected, requests } from '../store/schema.js'

/** The tables that `--sql` and `--where` can use, and their columns. */
export function schema(): Readonly<Record<string, Columns>> {
  return { requests, actions, rejected }
}
