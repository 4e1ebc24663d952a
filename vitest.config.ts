import { defineConfig } from 'vitest/config'

/** The long suite (`npm run verify`) lets a property run for minutes. */
const verifying = process.env['KESTREL_VERIFY'] === '1'

export default defineConfig({
  test: {
    environment: 'node',
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'apps/engine/src/**/*.test.ts',
      'apps/engine/test/**/*.test.ts',
      'benchmarks/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**', '**/fixtures/**'],
    // Processes rather than threads: native addons (DuckDB) and process.chdir do not share well.
    pool: 'forks',
    testTimeout: verifying ? 1_800_000 : 60_000,
    hookTimeout: verifying ? 600_000 : 60_000,
    // Runs must not depend on the machine's zone or language.
    env: { TZ: 'America/New_York', LC_ALL: 'C', NO_COLOR: '1' },
    // A file without a test is a mistake, and so is a `.only` left behind.
    passWithNoTests: false,
    allowOnly: false,
  },
})
