/** Every screen of the page on the sample log, in the states that it can be in. */
export const SCREENS = [
  '#/',
  '#/view?view=POST+%2Forders',
  '#/compare',
  '#/request?rid=req-000077',
  '#/errors',
  '#/repeats',
  '#/ranking?by=user',
  '#/users?trail=ada',
  '#/labels',
  '#/rejected',
  '#/?user=nobody',
] as const
