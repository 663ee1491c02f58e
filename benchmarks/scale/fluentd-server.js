// A server of the forward protocol: acknowledges every message, or none if it is silent.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { FluentServer } from '@fluent-org/logger'

process.on('disconnect', () => process.exit())
process.send(await (process.argv[2] === 'silent' ? startSilent() : startFluent()))

async function startFluent() {
  const server = new FluentServer({ listenOptions: { host: '127.0.0.1', port: 0 } })
  await server.listen()
  return server.port
}

async function startSilent() {
  const server = createServer((socket) => socket.on('error', () => {}).resume())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return server.address().port
}
