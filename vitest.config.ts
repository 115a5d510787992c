// The lanes of the tests, one vitest project each; test/run.ts runs them in turn.
import { defineConfig } from 'vitest/config'

/**
 * No test measures time by these: they only end what hangs, and a slow laptop that does other work must not meet them.
 * A hook that builds a city gets as much as a test: vitest's own 10 s are met by a loaded machine.
 */
const UNIT_MS = 180_000
const LANE_MS = 300_000

export default defineConfig({
  test: {
    // All cores: the main thread, for which vitest would keep one, only waits.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['browser', 'kafka', 'flink', 'compose', 'simulation', 'interop'].map(
            (lane) => `test/${lane}/**`,
          ),
          testTimeout: UNIT_MS,
          hookTimeout: UNIT_MS,
        },
      },
      {
        test: {
          name: 'simulation',
          include: ['test/simulation/**/*.test.ts'],
          testTimeout: UNIT_MS,
          hookTimeout: UNIT_MS,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: LANE_MS,
          hookTimeout: LANE_MS,
          fileParallelism: false,
        },
      },
      {
        // Brokers of their own, one file after the other: contract, guards under outages, the whole city.
        test: {
          name: 'kafka',
          include: ['test/kafka/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        // Apache Flink from Maven's jars, on a broker of its own.
        test: {
          name: 'flink',
          include: ['test/flink/**/*.test.ts'],
          testTimeout: LANE_MS,
          hookTimeout: LANE_MS,
          fileParallelism: false,
        },
      },
      {
        // Other people's tools on what we publish: documents, a console, a live city on a broker of its own.
        test: {
          name: 'interop',
          include: ['test/interop/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        // docker-compose.yml as users bring it up: builds the image, minutes.
        test: {
          name: 'compose',
          include: ['test/compose/**/*.test.ts'],
          fileParallelism: false,
        },
      },
    ],
  },
})
