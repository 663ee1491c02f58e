/** A footprint as our handlers write it. */
export function footprint(more: object = {}): Record<string, unknown> {
  return {
    time: '2026-11-26T09:00:00.250Z',
    label_name: 'footprint',
    request_id: 'r1',
    method: 'GET',
    url: '/posts/1?page=2',
    view_name: 'GET /posts/:id',
    status_code: 200,
    user: '7',
    remote_ip: '::1',
    user_agent: null,
    sql_count: 3,
    sql_time: 1.5,
    node_time: 2.25,
    total_time: 3.75,
    ...more,
  }
}
