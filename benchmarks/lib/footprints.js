const ID_DIGITS = 12

/** Makes footprints, as DESIGN §3 has them: about 500 bytes of JSON, each with an id one above the last one's. */
export function footprints() {
  let id = 0
  let time = new Date().toISOString()
  return {
    next() {
      const digits = String(id++).padStart(ID_DIGITS, '0')
      return {
        time,
        label_name: 'footprint',
        request_id: `bf2bc8bd-7505-45b4-bd47-${digits}`,
        method: 'GET',
        url: '/posts/7?page=2&sort=newest',
        view_name: 'GET /posts/:id',
        status_code: 200,
        user: 'alice',
        remote_ip: '203.0.113.7',
        user_agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0',
        sql_count: 3,
        sql_time: 3.182,
        node_time: 1.604,
        total_time: 4.786,
        sql_slowest: 'Post.findMany',
        sql_slowest_time: 1.72,
      }
    },
    /** A new time for those to come: many requests share a millisecond. */
    tick() {
      time = new Date().toISOString()
    },
    get made() {
      return id
    },
  }
}

/** The id in a line, whatever the format. */
export function idIn(line) {
  const at = line.indexOf('bf2bc8bd-7505-45b4-bd47-') + 24
  return at < 24 ? Number.NaN : Number(line.slice(at, at + ID_DIGITS))
}
