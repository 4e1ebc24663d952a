/** `npm run check [-- --json]`: the checks that are not tests. Exit code 1 where one failed. */
import { dirname } from 'node:path'
import { describeCheck } from './checks/print-check.ts'
import { runChecks } from './checks/run-checks.ts'

const json = process.argv.includes('--json')
const results = await runChecks(dirname(import.meta.dirname), (result) => {
  if (!json) console.log(describeCheck(result))
})
const failed = results.filter((result) => !result.passed).length
if (json) console.log(JSON.stringify({ schemaVersion: 1, command: 'check', results }, undefined, 2))
else console.log(`${results.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
