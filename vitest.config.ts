import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
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
