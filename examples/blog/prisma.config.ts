import { defineConfig } from 'prisma/config'

// Generating the client needs no schema engine: Node stands in for it, so that none is downloaded.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

export default defineConfig({ schema: 'prisma/schema.prisma' })
