import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FILES = 50_000
const LABELS = 50_000

/** What takes the records: `start` makes it in a folder; `label` names the label of the nth record. */
export const pauseCases = {
  nothing: { start: async () => ({ emit() {} }) },
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
  [`fluentd, ${LABELS} labels`]: { start: () => fluentdSink(), label: (n) => `label_${n % LABELS}` },
  'fluentd, spool': { start: (folder) => fluentdSink({ spoolDir: join(folder, 'spool') }) },
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

async function fluentdSink(options) {
  const { FluentServer } = await import('@fluent-org/logger')
  const { fluentdHandler } = await import('@actionlog/handler-fluentd')
  const server = new FluentServer({ listenOptions: { host: '127.0.0.1', port: 0 } })
  await server.listen()
  return fluentdHandler({ host: '127.0.0.1', port: server.port, ...options })
}
