/**
 * What a record is given to, by name: each makes a function that takes a record and writes it to that file.
 * Each loads its package itself, so that no process holds another's.
 */
export const fileSinks = {
  nothing: () => () => {},
  'nothing, again': () => () => {}, // the error of measurement
  'JSON.stringify alone': () => (record) => `${JSON.stringify(record)}\n`,
  "actionlog's JSON alone": () => actionlogLine(),
  'actionlog, file handler': async (dest) => {
    const handler = await fileHandler({ logfile: dest })
    return (record) => handler.emit(record)
  },
  "sonic-boom, actionlog's JSON": async (dest) => {
    const [sonic, line] = [await sonicBoom({ dest, ...BUFFERED }), await actionlogLine()]
    return (record) => sonic.write(line(record))
  },
  'sonic-boom, JSON.stringify': async (dest) => {
    const sonic = await sonicBoom({ dest, ...BUFFERED })
    return (record) => sonic.write(`${JSON.stringify(record)}\n`)
  },
  'sonic-boom, ready lines': async (dest) => {
    const sonic = await sonicBoom({ dest, ...BUFFERED })
    const ready = readyLine()
    return (record) => sonic.write(ready(record))
  },
  'pino, sync: false': (dest) => pino({ dest, ...BUFFERED }),
  'pino, sync: true': (dest) => pino({ dest, sync: true }),
  'pino-roll': async (file) => {
    const { default: pinoRoll } = await import('pino-roll')
    return pinoOn(await pinoRoll({ file, frequency: 'daily', size: '9g', ...BUFFERED }))
  },
  'winston, File': async (filename) => {
    const { default: winston } = await import('winston')
    return winstonOn(winston, new winston.transports.File({ filename }))
  },
  'winston-daily-rotate-file': async (filename) => {
    const { default: winston } = await import('winston')
    const { default: DailyRotateFile } = await import('winston-daily-rotate-file')
    return winstonOn(winston, new DailyRotateFile({ filename, auditFile: `${filename}/../audit.json` }))
  },
  'rotating-file-stream': async (dest) => {
    const { createStream } = await import('rotating-file-stream')
    const stream = createStream(dest, { interval: '1d', size: '9G' })
    return (record) => stream.write(`${JSON.stringify(record)}\n`)
  },
  'fs.createWriteStream': async (dest) => {
    const { createWriteStream } = await import('node:fs')
    const stream = createWriteStream(dest, { flags: 'a' })
    return (record) => stream.write(`${JSON.stringify(record)}\n`)
  },
}

const BUFFERED = { sync: false, minLength: 4096 }

async function fileHandler(options) {
  return (await import('@actionlog/handler-file')).fileHandler(options)
}

async function actionlogLine() {
  return (await import('@actionlog/core')).recordFormat('json')
}

async function sonicBoom(options) {
  const { default: SonicBoom } = await import('sonic-boom')
  const sonic = new SonicBoom(options)
  process.on('exit', () => sonic.flushSync()) // as pino does
  return sonic
}

/** Lines whose JSON is made beforehand, but for the id. */
function readyLine() {
  let parts
  return (record) => {
    parts ??= `${JSON.stringify(record)}\n`.split(record.request_id)
    return parts[0] + record.request_id + parts[1]
  }
}

async function pino(destination) {
  return pinoOn((await import('pino')).destination(destination))
}

/** Its own fields left out, but for the level. */
async function pinoOn(stream) {
  const logger = (await import('pino')).default({ base: undefined, timestamp: false }, stream)
  return (record) => logger.info(record)
}

function winstonOn({ createLogger, format }, transport) {
  const logger = createLogger({ format: format.json(), transports: [transport] })
  return (record) => logger.info(record)
}
