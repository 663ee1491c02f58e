import { literal } from '../../questions/scope.js'
import { linkTo } from '../state/place.js'
import type { Column } from './table.js'
import { Value } from './value.js'

/** The names of views, each leading to its own screen. */
export function viewColumn<Row extends { readonly view_name: string }>(
  more: Partial<Column<Row>> = {},
): Column<Row> {
  return {
    name: 'view_name',
    title: 'View',
    value: (row) => row.view_name,
    show: ({ view_name }) => (
      <Value field="view_name" value={view_name} href={linkTo('view', { view: literal(view_name) })} />
    ),
    ...more,
  }
}
