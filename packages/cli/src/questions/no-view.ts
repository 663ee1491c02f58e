/** Stands for requests without a view_name. */
export const NO_VIEW = '(no view)'

/** SQL: the name that a request's view is shown by. */
export const SHOWN_VIEW: string = `coalesce(view_name, '${NO_VIEW}')`
