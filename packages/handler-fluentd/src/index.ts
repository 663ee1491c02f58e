export { type FluentdHandlerOptions, fluentdHandler, fluentdHandler as default } from './fluentd-handler.js'
export type { FluentSender } from './sender-handler.js'
export type { TlsOptions } from './server/tls.js'
