import { spawn } from 'node:child_process'
import { fluentdHandler } from './dist/index.js'

const h = fluentdHandler({ port: 24301, host: '127.0.0.1' })
h.onError = (e) => console.log('ERR', e.message)
h.emit({
  time: new Date().toISOString(),
  label_name: 'footprint',
  request_id: 'x',
  big: 1n,
  nested: { a: [1, 'x', null] },
})
h.emit({ time: new Date().toISOString(), label_name: 'odd/label..', n: 3.5 })
h.emit({ time: 0, s: '\ud800', u: undefined })
console.log(h.stats())
const p = spawn('fluentd', ['--no-supervisor', '-c', '/tmp/fl1/f.conf'], {
  stdio: ['ignore', 'inherit', 'inherit'],
})
await h.flush()
console.log(h.stats())
for (let i = 0; i < 20000; i++)
  h.emit({ time: new Date().toISOString(), label_name: i % 10 ? 'footprint' : 'other', i })
console.log(h.stats())
console.time('t')
p.stdout
await h.close()
console.timeEnd('t')
console.log(h.stats())
p.kill('SIGTERM')
