/** `npm test [-- filters]`: every check and every test; the last line says how many passed, failed and were skipped. */
import { runSuite } from './suite/run-suite.ts'

process.exitCode = await runSuite(process.argv.slice(2))
