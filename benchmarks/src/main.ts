/**
 * `npm run bench -- P1 P9 [--peers] [--full] [--json] [--save]`: measures cases and prints their tables.
 * `npm run bench -- docs`: writes docs/benchmarks.md from the results that are kept.
 */
import { parseArgs } from 'node:util'
import { CASES } from './cases.ts'
import { benchCore } from './cell/run-cell.ts'
import { writeDocs } from './report/write-docs.ts'
import { printTable } from './report/print-table.ts'
import { saveReport } from './report/saved-results.ts'
import { type CaseReport, runCase } from './run-case.ts'
import { PeerSetup } from './setup/peer-setup.ts'

const USAGE = `Usage: npm run bench -- <case ...> [--peers] [--full] [--json] [--save]
       npm run bench -- docs

Cases:
${CASES.map(({ name, about }) => `  ${name.padEnd(4)} ${about}`).join('\n')}

  --peers  also the Python peers, in virtual environments under KESTREL_CACHE (default ~/.cache/kestrel)
  --full   also the sizes that take minutes
  --json   one JSON document on standard output
  --save   keep the results in benchmarks/results; with --peers they are kept in any case
`

/** @returns The exit code: 0, 1 where an engine of ours gave another result or failed, 2 for wrong usage. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      peers: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      save: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(USAGE)
    return 0
  }
  if (positionals[0] === 'docs') {
    process.stdout.write(`${await writeDocs()}\n`)
    return 0
  }
  const chosen = positionals.map((name) => CASES.find((each) => each.name === name.toUpperCase()))
  const unknown = positionals.find((_, index) => chosen[index] === undefined)
  if (unknown !== undefined || chosen.length === 0) {
    process.stderr.write(unknown === undefined ? USAGE : `There is no case ${unknown}.\n\n${USAGE}`)
    return 2
  }
  const core = benchCore()
  const setup = new PeerSetup()
  const reports: CaseReport[] = []
  for (const bench of chosen) {
    if (bench === undefined) continue
    const report = await runCase(bench, { peers: values.peers, full: values.full }, setup, core)
    reports.push(report)
    if (!values.json) process.stdout.write(`${printTable(report)}\n`)
    if (values.peers || values.save) process.stderr.write(`Kept ${await saveReport(report)}\n`)
  }
  if (values.json) {
    process.stdout.write(`${JSON.stringify(reports.length === 1 ? reports[0] : reports, undefined, 2)}\n`)
  }
  const failed = reports.some(({ excluded }) => excluded.some(({ engine }) => engine.startsWith('kestrel')))
  return failed ? 1 : 0
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') !== true) throw error
  process.stderr.write(`${(error as Error).message}\n\n${USAGE}`)
  process.exitCode = 2
}
