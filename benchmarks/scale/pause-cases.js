import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startProcess } from '../lib/child-process.js'

const FILES = 50_000
const LABELS = 50_000

/** What takes the records: `start` makes it in a folder; `label` names the label of the nth record. */
export const pauseCases = {
  nothing: { start: async () => ({ emit() {} }) },
  [`nothing, ${LABELS} labels`]: { start: async () => ({ emit() {} }), label },
  'JSON.stringify alone': { start: async () => ({ emit: (record) => JSON.stringify(record) }) },
  file: { start: (folder) => fileSink(folder) },
  'file, rotated each MB': { start: (folder) => fileSink(folder, { rotateBytes: 1_048_576, keepFiles: 3 }) },
  'file, rotated and compressed': {
    start: (folder) => fileSink(folder, { rotateBytes: 1_048_576, keepFiles: 3, gzip: true }),
  },
  [`file, rotated beside ${FILES} files`]: {
    start(folder) {
      for (let i = 0; i < FILES; i++) writeFileSync(join(folder, `other-${i}`), '')
      return fileSink(folder, { rotateBytes: 1_048_576, keepFiles: 3 })
    },
  },
  fluentd: { start: () => fluentdSink() },
  [`fluentd, ${LABELS} labels`]: { start: () => fluentdSink(), label },
  [`fluentd, ${LABELS} labels, server silent`]: { start: () => fluentdSink({}, 'silent'), label },
  [`fluentd, ${LABELS} labels, server silent, spool`]: {
    start: (folder) => fluentdSink({ spoolDir: join(folder, 'spool') }, 'silent'),
    label,
  },
  'pino, sync: false': {
    async start(folder) {
      const { destination, pino } = await import('pino')
      const log = pino(destination({ dest: join(folder, 'log'), sync: false, minLength: 4096 }))
      return { emit: (record) => log.info(record) }
    },
  },
}

async function fileSink(folder, options) {
  const { fileHandler } = await import('@actionlog/handler-file')
  return fileHandler({ logfile: join(folder, 'log'), ...options })
}

/** The server has a process of its own: its pauses are not the handler's. */
async function fluentdSink(options, behaviour = 'acknowledges') {
  const { fluentdHandler } = await import('@actionlog/handler-fluentd')
  const server = await startProcess(new URL('fluentd-server.js', import.meta.url), [behaviour])
  const target = { host: '127.0.0.1', port: server.hello }
  const handler = fluentdHandler({ ...target, ackTimeoutMs: 5_000, closeTimeoutMs: 0, ...options })
  handler.onError = () => {} // a silent server's
  return handler
}

function label(n) {
  return `label_${n % LABELS}`
}
