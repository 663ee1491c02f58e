/** Stands for requests without a view_name. */
export const NO_VIEW = '(no view)'
