import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Handler } from '@actionlog/core'
import { fileHandler } from '../src/index.js'
import { emit, folder, ids, isRoot, logfile, onLinux, range, run, sh, until } from './log-folder.js'

function cannotBeOpened(file: string, why: string): object {
  return expect.objectContaining({
    code: 'handler_failed',
    message: expect.stringContaining(
      `@actionlog/handler-file: options.logfile "${file}" cannot be opened: ${why}`,
    ),
  })
}

describe('a logfile that cannot be opened fails at start', () => {
  it.each([
    ['a folder', '.', 'EISDIR: '],
    ['a path below a file', 'file/action.log', 'ENOTDIR: '],
    ['a folder that cannot be made', 'file/folder/action.log', 'ENOTDIR: '],
    ['symbolic links in a circle', 'circle', 'ELOOP: '],
  ])('%s', (_, path, why) => {
    writeFileSync(join(folder, 'file'), '')
    symlinkSync('circle', join(folder, 'circle'))
    const file = join(folder, path)
    expect(() => fileHandler({ logfile: file })).toThrow(cannotBeOpened(file, why))
  })

  it('a socket', async () => {
    const server = createServer().listen(logfile)
    await once(server, 'listening')
    expect(() => fileHandler({ logfile })).toThrow(cannotBeOpened(logfile, 'it is a socket'))
    server.close()
  })

  it.runIf(onLinux)('a FIFO that nobody reads: it does not hang', async () => {
    await sh('mkfifo', logfile)
    expect(() => fileHandler({ logfile })).toThrow(cannotBeOpened(logfile, 'it is a FIFO that nobody reads'))
  })

  it.runIf(onLinux)('a folder below /proc: it does not hang', () => {
    const file = '/proc/action/log/action.log'
    expect(() => fileHandler({ logfile: file })).toThrow(cannotBeOpened(file, 'ENOENT: '))
  })

  it.runIf(onLinux && isRoot)('a block device', async () => {
    await sh('mknod', logfile, 'b', '7', '99')
    expect(() => fileHandler({ logfile })).toThrow(cannotBeOpened(logfile, 'it is a block device'))
  })

  it.runIf(onLinux)('/dev/stdout where that is a socket', async () => {
    const { code, err } = await run('natural end', { file: '/dev/stdout' }) // spawn() gives its children sockets
    expect(code).toBe(1)
    expect(err).toContain('options.logfile "/dev/stdout" cannot be opened: it is a socket')
  })
})

describe.runIf(onLinux)('a logfile that is no regular file', () => {
  it('/dev/null takes all', async () => {
    const handler = fileHandler({ logfile: '/dev/null', rotateBytes: 1_000 })
    emit(handler, 0, 1000)
    await handler.close()
    expect(handler.stats()).toMatchObject({ delivered: 1000 })
  })

  it('/dev/stdout writes to the pipe or the file it is', async () => {
    await run('natural end', { file: '/dev/stdout', shell: `"$@" | cat > "${logfile}"` })
    await run('natural end', { file: '/dev/stdout', shell: `"$@" >> "${logfile}"` })
    expect(ids()).toEqual([...range(1000), ...range(1000)])
  })

  it.runIf(onLinux)('/dev/stdout that leads to a file is written to, and not rotated', async () => {
    const program = `
      import { fileHandler } from '@actionlog/handler-file'
      const handler = fileHandler({ logfile: '/dev/stdout', rotateBytes: 100 })
      for (let id = 0; id < 50; id++) { handler.emit({ id }); await handler.flush() }
      await handler.close()`
    await sh('sh', '-c', `"$0" --input-type=module --eval "$1" > "$2"`, process.execPath, program, logfile)
    expect(ids()).toEqual(range(50))
    expect(readdirSync(folder)).toEqual(['action.log'])
  })

  it('a FIFO takes the lines of several processes whole, also from a slow reader', async () => {
    await sh('mkfifo', logfile)
    const reader = spawn('sh', ['-c', 'exec cat < "$1"', 'sh', logfile])
    const handler = await whenRead(logfile)
    const others = [run('many ticks'), run('many ticks')]
    const seen: number[] = []
    const reading = (async () => {
      for await (const line of createInterface({ input: reader.stdout })) seen.push(JSON.parse(line).id)
    })()
    emit(handler, 0, 20_000)
    await Promise.all(others)
    await handler.close()
    await reading
    const times = range(20_000).fill(0)
    for (const id of seen) times[id] = (times[id] as number) + 1
    expect(times.filter((n) => n !== 3)).toEqual([])
  })
})

async function whenRead(fifo: string): Promise<Handler> {
  let handler: Handler | undefined
  await until(() => {
    try {
      handler = fileHandler({ logfile: fifo })
    } catch {}
    return handler !== undefined
  })
  return handler as Handler
}
