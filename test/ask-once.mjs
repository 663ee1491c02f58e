// For README snippets: their server gets any free port, is asked for its home page once, and stopped.
import { Server } from 'node:net'

const { listen } = Server.prototype
let asked = false

Server.prototype.listen = function (port, ...rest) {
  if (typeof port !== 'number') return listen.call(this, port, ...rest)
  const server = listen.call(
    this,
    0,
    '127.0.0.1',
    ...rest.filter((argument) => typeof argument === 'function'),
  )
  if (asked) return server
  asked = true
  server.once('listening', async () => {
    const response = await fetch(`http://127.0.0.1:${server.address().port}/`)
    await response.text()
    setTimeout(() => {
      process.kill(process.pid, 'SIGTERM')
      server.closeAllConnections?.()
    }, 50)
  })
  return server
}
