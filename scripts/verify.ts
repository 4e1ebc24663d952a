/**
 * `npm run verify`: the same suite at full size. Fuzz tests read KESTREL_FUZZ_RUNS, long statistics read KESTREL_VERIFY.
 * Journals of fault schedules that went wrong are kept, see KESTREL_FAULT_KEEP.
 * The variables are set before anything else is loaded, because vitest's configuration reads them too.
 */
process.env['KESTREL_FUZZ_RUNS'] ??= '100000'
process.env['KESTREL_VERIFY'] = '1'
process.env['KESTREL_FAULT_KEEP'] ??= '1'

const { runSuite } = await import('./suite/run-suite.ts')

process.exitCode = await runSuite(chosen(process.argv.slice(2)))

/** `faults` is the suite of fault schedules; `--seed N` replays one of them and prints it. */
function chosen(args: readonly string[]): string[] {
  const at = args.indexOf('--seed')
  const seed = at === -1 ? undefined : args[at + 1]
  if (seed === undefined) return args.map(folderOf)
  process.env['KESTREL_FAULT_SEED'] = seed
  return args.toSpliced(at, 2).map(folderOf)
}

function folderOf(arg: string): string {
  return arg === 'faults' ? 'packages/live/test/faults/fault-schedules' : arg
}
