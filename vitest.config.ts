import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globals: true, // handlerContract() finds describe and it there
    include: [
      'packages/*/test/**/*.test.ts',
      'examples/*/test/**/*.test.ts',
      'deploy/test/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    globalSetup: 'test/remove-packed.ts',
    server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } }, // the built packages, as Node loads them
    maxWorkers: Math.max(2, availableParallelism() - 1), // the default leaves one core of two idle
    testTimeout: 300_000, // on a busy machine some tests take ten times as long
    hookTimeout: 300_000,
    expect: { poll: { timeout: 100_000 } },
  },
})
