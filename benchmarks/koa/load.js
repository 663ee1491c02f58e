import { once } from 'node:events'
import { connect } from 'node:net'

const CONNECTIONS = 10
// the headers that Node's own fetch() sends
const REQUEST = `GET /orders/42?page=2 HTTP/1.1
host: 127.0.0.1
connection: keep-alive
accept: */*
accept-language: *
sec-fetch-mode: cors
user-agent: node
accept-encoding: gzip, deflate

`.replaceAll('\n', '\r\n')

/** Sends so many requests over that many keep-alive connections, one at a time on each. */
export async function load(port, requests, connections = CONNECTIONS) {
  let left = requests
  const connection = async () => {
    const socket = connect(port, '127.0.0.1')
    while (left-- > 0) {
      socket.write(REQUEST)
      const [chunk] = await once(socket, 'data')
      const response = chunk.toString('latin1') // so small that it comes in one piece
      if (!/^HTTP\/1\.1 200 OK\r\n[\s\S]*}$/.test(response)) throw new Error(`unexpected: ${response}`)
    }
    socket.destroy()
  }
  await Promise.all(Array.from({ length: connections }, connection))
}
