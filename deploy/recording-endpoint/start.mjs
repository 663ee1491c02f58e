// @ts-check
// node deploy/recording-endpoint/start.mjs [PORT]: prints each document that fluentd's outputs store, with its index.
import { Endpoint } from './endpoint.mjs'

const port = Number(process.argv[2] ?? 9200)
const endpoint = new Endpoint({
  onStored: (index, document) => console.log(`${index}  ${JSON.stringify(document)}`),
})
await endpoint.listen(port)
console.error(`The recording endpoint listens on http://localhost:${port}`)
