import type { VNode } from 'preact'

/** Says why a question has no answer, and asks it again. */
export function Failure({ error, retry }: { error: string; retry: () => void }): VNode {
  return (
    <p class="notice error" role="alert">
      {error}{' '}
      <button type="button" onClick={retry}>
        Try again
      </button>
    </p>
  )
}
