// @ts-check
// node deploy/recording-endpoint/start.mjs [PORT]: prints each document that fluentd's outputs store, with its index.
import { Endpoint } from './endpoint.mjs'

const port = Number(process.argv[2] ?? 9200)
const endpoint = new Endpoint({
  onStored: (index, document) => console.log(`${index}  ${JSON.stringify(document)}`),
})
try {
  await endpoint.listen(port)
} catch (error) {
  console.error(
    `${error}\nTo use another port: start.mjs 9201, and fluentd with SEARCH_URL=http://localhost:9201`,
  )
  process.exit(1)
}
console.error(`The recording endpoint listens on http://localhost:${port}`)
