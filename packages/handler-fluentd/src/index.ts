export { type FluentdHandlerOptions, fluentdHandler, fluentdHandler as default } from './fluentd-handler.js'
export type { FluentSender, TlsOptions } from './options.js'
