import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // As in tsconfig.base.json: the sources, which need no build.
  resolve: {
    alias: [
      { find: /^@ringkey\/client$/, replacement: fileURLToPath(new URL('packages/client/src/index.ts', import.meta.url)) },
      {
        find: '@ringkey/client/file-store',
        replacement: fileURLToPath(new URL('packages/client/src/keep/file-store.ts', import.meta.url)),
      },
      {
        find: '@ringkey/client/node-fetch',
        replacement: fileURLToPath(new URL('packages/client/src/node-fetch.ts', import.meta.url)),
      },
    ],
  },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'vectors/**/*.test.ts', 'tests/**/*.test.ts', 'examples/**/*.test.ts', 'bench/**/*.test.ts'],
    globalSetup: ['tests/build-once.ts'],
    setupFiles: ['tests/seed.ts'],
    environment: 'node',
    // Many of the tests wait for programs that they have started, so that two files at once suit two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // A test that hangs is named; how fast a machine is decides nothing.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
})
