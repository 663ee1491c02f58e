/**
 * What a footprint is given to, by name: each makes `emit(record)`, and `acked()`: whether all are acknowledged,
 * where that is to be known. Each is used in the way that costs it least.
 */
export const fluentdClients = {
  nothing: () => ({ emit: () => {} }),
  'nothing, again': () => ({ emit: () => {} }), // the error of measurement
  actionlog: (server) => handler(server),
  'actionlog, gzip': (server) => handler(server, { gzip: true }),
  'actionlog, spoolDir': (server) => handler(server, { spoolDir: server.spoolDir }),
  'fluent-logger, Message': fluentLogger('Message', false),
  'fluent-logger, Message, acks': fluentLogger('Message', true),
  'fluent-logger, PackedForward': fluentLogger('PackedForward', false),
  'fluent-logger, PackedForward, acks': fluentLogger('PackedForward', true),
  '@fluent-org/logger, Message': fluentOrg('Message', false),
  '@fluent-org/logger, Message, acks': fluentOrg('Message', true),
  '@fluent-org/logger, Forward, acks': fluentOrg('Forward', true),
  '@fluent-org/logger, PackedForward': fluentOrg('PackedForward', false),
  '@fluent-org/logger, PackedForward, acks': fluentOrg('PackedForward', true),
}

async function handler({ port, tag }, options) {
  const { fluentdHandler } = await import('@actionlog/handler-fluentd')
  const handler = fluentdHandler({ host: '127.0.0.1', port, tagName: tag, ...options })
  handler.onError = console.error
  return { emit: (record) => handler.emit(record), acked: () => handler.stats().pending === 0 }
}

function fluentLogger(eventMode, requireAckResponse) {
  return async ({ port, tag }) => {
    const { default: fluent } = await import('fluent-logger')
    const options = { host: '127.0.0.1', port, eventMode, requireAckResponse }
    const sender = fluent.createFluentSender(tag, options)
    let emitted = 0
    let called = 0
    const callback = () => called++
    return {
      emit(record) {
        emitted++
        sender.emit('footprint', record, callback)
      },
      acked: () => called === emitted,
    }
  }
}

function fluentOrg(eventMode, acks) {
  return async ({ port, tag }) => {
    const { FluentClient } = await import('@fluent-org/logger')
    const client = new FluentClient(tag, {
      eventMode,
      ack: acks ? { ackTimeout: 30_000 } : undefined,
      flushInterval: eventMode === 'Message' ? 0 : 100, // as fluent-logger's
      socket: { host: '127.0.0.1', port, timeout: -1 },
    })
    let last
    return {
      emit(record) {
        last = client.emit('footprint', record)
      },
      acked: () => last.then(() => true), // those before it are, too
    }
  }
}
