/** Entry of the `kestrel` command. */
import { CommanderError, buildProgram, commandPathOf } from './cli/program.ts'

process.on('SIGINT', endInterrupted)
process.on('SIGTERM', endInterrupted)
process.exitCode = await run(process.argv.slice(2))

/** Runs one call of the command and gives its exit code. */
async function run(words: readonly string[]): Promise<number> {
  // A reader that closes early (`kestrel data list | head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  try {
    const program = await buildProgram(words)
    if (words.length === 0) {
      program.outputHelp()
      return 0
    }
    await program.parseAsync(words, { from: 'user' })
    return 0
  } catch (error) {
    return await fail(error, words)
  }
}

/** Ctrl-C where a command has no way of its own to stop: says so and ends. */
function endInterrupted(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return
  void import('./cli/command-error.ts').then(async ({ interruptedError }) => {
    const error = interruptedError('Interrupted. What was finished before is whole; the rest was not kept.')
    process.exit(await fail(error, process.argv.slice(2)))
  })
}

async function fail(thrown: unknown, words: readonly string[]): Promise<number> {
  let error = thrown
  if (thrown instanceof CommanderError) {
    if (thrown.exitCode === 0) return 0
    const { usageFromCommander } = await import('./cli/usage-from-commander.ts')
    error = usageFromCommander(thrown, commandPathOf(thrown))
  }
  const [{ printFailure }, { exitCodeOf }] = await Promise.all([
    import('./cli/print-failure.ts'),
    import('./cli/exit-code.ts'),
  ])
  printFailure(error, {
    json: words.includes('--json'),
    verbose: words.includes('-v') || words.includes('--verbose'),
    color: !words.includes('--no-color'),
  })
  return exitCodeOf(error)
}
