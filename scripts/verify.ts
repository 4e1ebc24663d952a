/**
 * `npm run verify`: the same suite at full size. Fuzz tests read KESTREL_FUZZ_RUNS, long statistics read KESTREL_VERIFY.
 * The variables are set before anything else is loaded, because vitest's configuration reads them too.
 */
process.env['KESTREL_FUZZ_RUNS'] ??= '100000'
process.env['KESTREL_VERIFY'] = '1'

const { runSuite } = await import('./suite/run-suite.ts')

process.exitCode = await runSuite(process.argv.slice(2))
