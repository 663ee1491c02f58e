/** Somebody asked a question with a value that it cannot take. The message says what it must be and what came. */
export class QuestionError extends Error {
  override name = 'QuestionError'
}
