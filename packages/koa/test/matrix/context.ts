import { EventEmitter } from 'node:events'
import { readFile } from 'node:fs'
import { get } from 'node:http'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { actionlog } from '@actionlog/koa'
import bodyParser from '@koa/bodyparser'
import multer from '@koa/multer'
import type Koa from 'koa'
import { koaBody } from 'koa-body'
import type { Ask, Stage } from './case.js'

/** A place in an application from which the log must be reached. */
export interface Place {
  readonly title: string
  readonly request?: Ask
  /** Calls {@link note} with each of `notes`, then answers. */
  readonly app: (app: Koa, stage: Stage) => unknown
  readonly notes: readonly string[]
}

/** A field on the request's footprint, and a record with its request id. */
export function note(place: string): void {
  actionlog.set({ [place]: true })
  actionlog.log({ label_name: 'note', place })
}

const answered =
  (work: (ctx: Koa.Context) => unknown): ((app: Koa) => unknown) =>
  (app) =>
    app.use(async (ctx) => {
      await work(ctx)
      ctx.body = 'done'
    })

const json: Ask = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' }
const form: Ask = {
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: 'a=1',
}
const upload: Ask = {
  method: 'POST',
  headers: { 'content-type': 'multipart/form-data; boundary=b' },
  body: [
    '--b',
    'Content-Disposition: form-data; name="file"; filename="a.txt"',
    'Content-Type: text/plain',
    '',
    'x'.repeat(300_000),
    '--b--',
    '',
  ].join('\r\n'),
}

/** Each with every client: two or three of them at a time must not get into each other's records. */
export const places: readonly Place[] = [
  {
    title: 'after an await',
    app: answered(async () => {
      await pause(2)
      note('awaited')
    }),
    notes: ['awaited'],
  },
  {
    title: 'below a body parser (koa-body, JSON)',
    app: (app) => answered(() => note('parsed'))(app.use(koaBody())),
    request: json,
    notes: ['parsed'],
  },
  {
    title: 'below a body parser (@koa/bodyparser, a form)',
    app: (app) => {
      app.use(bodyParser())
      answered(() => note('parsed'))(app)
    },
    request: form,
    notes: ['parsed'],
  },
  {
    title: 'in a multipart upload (koa-body), its callbacks too',
    app: (app) =>
      answered(() => note('parsed'))(
        app.use(koaBody({ multipart: true, formidable: { onFileBegin: () => note('began') } })),
      ),
    request: upload,
    notes: ['began', 'parsed'],
  },
  {
    title: 'in a multipart upload (@koa/multer), its callbacks too',
    app: (app) =>
      answered(() => note('parsed'))(
        app.use(
          multer({
            fileFilter(_req, _file, accept) {
              note('filtered')
              accept(null, true)
            },
          }).any(),
        ),
      ),
    request: upload,
    notes: ['filtered', 'parsed'],
  },
  {
    title: "in the request's own events",
    app: answered(
      ({ req }) =>
        new Promise<void>((resolve) => {
          req.on('data', () => note('data'))
          req.on('end', () => {
            note('end')
            resolve()
          })
        }),
    ),
    request: form,
    notes: ['data', 'end'],
  },
  {
    title: 'in a stream the request is piped into',
    app: answered(async ({ req }) => {
      const sink = new Writable({
        write(_chunk, _encoding, done) {
          note('written')
          setImmediate(done)
        },
        final(done) {
          note('final')
          done()
        },
      })
      await pipeline(req, sink)
    }),
    request: form,
    notes: ['written', 'final'],
  },
  {
    title: 'in timers and microtasks',
    app: answered(async () => {
      await new Promise<void>((resolve) =>
        setTimeout(() => {
          note('timeout')
          resolve()
        }, 2),
      )
      await new Promise<void>((resolve) => {
        const timer = setInterval(() => {
          note('interval')
          clearInterval(timer)
          resolve()
        }, 2)
      })
      await new Promise<void>((resolve) =>
        setImmediate(() => {
          note('immediate')
          process.nextTick(() => {
            note('tick')
            queueMicrotask(() => {
              note('microtask')
              resolve()
            })
          })
        }),
      )
    }),
    notes: ['timeout', 'interval', 'immediate', 'tick', 'microtask'],
  },
  {
    title: 'in callbacks of the file system and of a client',
    app: async (app, stage) => {
      const port = await stage.upstream((_, res) => res.end('x'))
      answered(async () => {
        await new Promise<void>((resolve) =>
          readFile(import.meta.filename, () => {
            note('file')
            resolve()
          }),
        )
        await new Promise<void>((resolve) =>
          get({ port, host: '127.0.0.1', agent: false }, (answer) => {
            note('answer')
            answer.on('end', () => {
              note('end')
              resolve()
            })
            answer.resume()
          }),
        )
      })(app)
    },
    notes: ['file', 'answer', 'end'],
  },
  {
    title: 'in listeners of an event emitter that all requests share: the one that emits',
    app: (app) => {
      const emitter = new EventEmitter()
      emitter.on('saved', () => note('saved'))
      answered(async () => {
        await pause(1)
        emitter.emit('saved')
      })(app)
    },
    notes: ['saved'],
  },
  {
    title: 'behind a promise that all requests share',
    app: (app) => {
      let shared: Promise<void> | undefined
      answered(async () => {
        shared ??= pause(10)
        await shared
        note('awaited')
        await shared.then(() => note('then'))
      })(app)
    },
    notes: ['awaited', 'then'],
  },
  {
    title: 'in a body that is made while it is sent, also after the connection was busy',
    app: (app) =>
      app.use((ctx) => {
        ctx.body = Readable.from(
          (async function* () {
            for (const part of ['first', 'second', 'third']) {
              note(part)
              yield Buffer.alloc(1_000_000)
            }
          })(),
          { highWaterMark: 1 },
        )
      }),
    notes: ['first', 'second', 'third'],
  },
  {
    title: "in the response's own events, before its end",
    app: (app) =>
      app.use(
        (ctx) =>
          new Promise<void>((resolve) => {
            ctx.respond = false
            ctx.res.write(Buffer.alloc(5_000_000))
            ctx.res.once('drain', () => {
              note('drained')
              ctx.res.end()
              resolve()
            })
          }),
      ),
    notes: ['drained'],
  },
  {
    title: 'in an error handler',
    app: (app) =>
      app
        .use((ctx, next) =>
          next().catch(() => {
            note('caught')
            ctx.status = 500
          }),
        )
        .use(async () => {
          await pause(1)
          throw new Error('boom')
        }),
    notes: ['caught'],
  },
  {
    title: "in the application's error listener",
    app: (app) => {
      app.on('error', () => note('listener'))
      app.use(async () => {
        await pause(1)
        throw new Error('boom')
      })
    },
    notes: ['listener'],
  },
  {
    title: "in the error listener, of a response's stream",
    app: (app) => {
      app.on('error', () => note('listener'))
      app.use((ctx) => {
        ctx.body = new Readable({
          read() {
            setImmediate(() => this.destroy(new Error('boom')))
          },
        })
      })
    },
    notes: ['listener'],
  },
]
