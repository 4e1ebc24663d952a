import { type Command, CommanderError } from 'commander'
import { describe, expect, test } from 'vitest'
import { buildProgram, commandPathOf } from './program.ts'
import { usageFromCommander } from './usage-from-commander.ts'

async function hintOf(...words: string[]): Promise<string | undefined> {
  const program = await buildProgram(words)
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return usageFromCommander(error, commandPathOf(error)).hint
    throw error
  }
  return undefined
}

describe('a mistake in the arguments points to the help of the very command', () => {
  test.each([
    [['config', 'shwo'], 'Did you mean show? See: kestrel config --help'],
    [['data', 'export', '--instrument', 'BTC-USDT.BINANCE'], 'See: kestrel data export --help'],
    [['data', 'convert', 'runs', '--format', 'csv'], 'See: kestrel data convert --help'],
    [['backtest'], 'See: kestrel backtest --help'],
    [['bot'], 'See: kestrel bot --help'],
    [['bactest'], 'Did you mean backtest? See: kestrel --help'],
  ])('%j', async (words, hint) => {
    expect(await hintOf(...words)).toBe(hint)
  })
})

test('a command that groups others says so when it is called alone', async () => {
  const program = await buildProgram(['bot'])
  const error: unknown = await program.parseAsync(['bot'], { from: 'user' }).catch((thrown: unknown) => thrown)
  if (!(error instanceof CommanderError)) throw error
  expect(usageFromCommander(error, commandPathOf(error)).message).toMatch(/^kestrel bot needs a word behind it/)
})

test('the help of every command and of every group of them shows examples', async () => {
  const without: string[] = []
  const visit = (command: Command, path: string): void => {
    let help = ''
    command.configureOutput({ writeOut: (text) => (help += text) })
    command.outputHelp()
    if (!help.includes('Examples:')) without.push(path)
    for (const sub of command.commands) visit(sub, `${path} ${sub.name()}`)
  }
  visit(await buildProgram(undefined), 'kestrel')
  expect(without).toEqual([])
})
