import { BASE_FILL_MODEL } from '@kestrel/backtest'
import { ManualClock } from '@kestrel/core'
import { parseProtection } from '@kestrel/kernel'
import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import type { CommandContext } from '../cli/command-context.ts'
import { addCommonOptions } from '../cli/common-options.ts'
import { type BacktestFlags, declareBacktest } from '../commands/backtest.ts'
import type { BacktestRequest } from './backtest-request.ts'
import { buildRequest } from './build-request.ts'
import { repeatCommand } from './repeat-command.ts'

/** What a shell makes of a command line of plain and single-quoted words. */
function words(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|\\'|[^\s'])+/g)].map(([word]) =>
    word.replaceAll(/'([^']*)'|\\(')/g, (_, inside?: string, quote?: string) => inside ?? quote ?? ''),
  )
}

function requestOf(args: readonly string[]): BacktestRequest {
  const program = new Command()
  addCommonOptions(program)
  const command = declareBacktest(program)
  let request: BacktestRequest | undefined
  command.action(() => {
    const context = {
      settings: {},
      cwd: '/project',
      seed: Number(command.optsWithGlobals()['seed'] ?? 1),
      clock: new ManualClock(0),
      common: command.optsWithGlobals(),
      dataDir: '/lake',
      runsDir: '/runs',
    } as unknown as CommandContext
    request = buildRequest(context, command.args[0] ?? '', command.opts<BacktestFlags>())
  })
  program.parse([...args], { from: 'user' })
  return request as BacktestRequest
}

/** The request of the repeated run, as the report's command makes it. */
function repeated(request: BacktestRequest): BacktestRequest {
  const line = repeatCommand(request, {
    instruments: request.instruments.map((id) => ({ id })),
    timeframe: request.timeframe ?? '1h',
    params: { ...request.params, ...request.paramTexts },
    fill: { ...BASE_FILL_MODEL, ...(request.fill as object) },
    protections: request.protections.map((each) => parseProtection(each as string)),
  })
  const [kestrel, ...args] = words(line)
  expect(kestrel).toBe('kestrel')
  return requestOf(args)
}

/** Spread and slippage are always written out, and protections come back in their shortest form. */
function comparable({ fill, protections, ...request }: BacktestRequest) {
  const { spreadBps, slippageBps } = BASE_FILL_MODEL
  const numbers = {
    ...(fill.spread === undefined ? { spreadBps } : {}),
    ...(fill.slippage === undefined ? { slippageBps } : {}),
  }
  return {
    ...request,
    fill: { ...numbers, ...fill },
    protections: protections.map((each) => parseProtection(each as string)),
  }
}

/** A value for each flag that is not its default, and what it needs beside it. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  '--instrument': ['--instrument', 'BTC-USDT.BINANCE', '--instrument', 'ETH-USDT.BINANCE'],
  '--timeframe': ['--timeframe', '4h'],
  '--from': ['--from', '2023-01-01'],
  '--to': ['--to', '2023-06-01T12:30:00Z'],
  '--timerange': ['--timerange', '20230101-20231231'],
  '--cash': ['--cash', 'USDT=5000', '--cash', 'BTC=0.5'],
  '--param': ['--param', 'fast=5', '--param', "name=it's two words"],
  '--fill': ['--fill', 'close'],
  '--limit-fill': ['--limit-fill', 'touch'],
  '--size-mode': ['--size-mode', 'cash'],
  '--taker-fee': ['--taker-fee', '0.0007'],
  '--maker-fee': ['--maker-fee', '-0.0001'],
  '--spread-bps': ['--spread-bps', '4'],
  '--slippage-bps': ['--slippage-bps', '0'],
  '--fee-schedule': ['--fee-schedule', 'binance', '--cost', 'fees.volume=1000000'],
  '--spread-model': ['--spread-model', 'corwin-schultz'],
  '--slippage-model': ['--slippage-model', 'sqrt'],
  '--cost': ['--slippage-model', 'sqrt', '--cost', 'slippage.coefficient=0.7'],
  '--volume-share': ['--volume-share', '0.02'],
  '--latency-ms': ['--latency-ms', '250'],
  '--leverage': ['--leverage', 'BTC-USDT-PERP.BINANCE=3'],
  '--margin': ['--margin', 'cross'],
  '--position-mode': ['--position-mode', 'hedge'],
  '--margin-tiers': ['--margin-tiers', 'my tables.json'],
  '--borrow-rate': ['--borrow-rate', 'USDT=0.0002'],
  '--borrow-leverage': ['--borrow-rate', '0.0002', '--borrow-leverage', '2'],
  '--funding': ['--funding', 'none'],
  '--rebalance-band': ['--rebalance-band', '0.05'],
  '--reporting-currency': ['--reporting-currency', 'BTC'],
  '--universe': ['--universe', 'members.csv'],
  '--protect': ['--protect', 'cooldown:after=loss,pause=1d', '--protect', 'drawdown-pause'],
  '--decisions': ['--decisions', 'all'],
  '--metrics-compat': ['--metrics-compat', 'lean'],
  '--report-title': ['--report-title', 'Two words; and more'],
  '--allow-gaps': ['--allow-gaps'],
  '--ticks': ['--ticks'],
  '--no-finer': ['--no-finer'],
  '--no-band': ['--no-band'],
  '--no-report': ['--no-report'],
  '--seed': ['--seed', '7'],
  '--config': ['--config', 'other.json'],
  '--data-dir': ['--data-dir', '../lake'],
}
/** Given back as other flags, or without a say in what a run gives. */
const ELSEWHERE = ['--params', '--strategy-timeout']
const OF_THE_TERMINAL = [
  '--runs-dir',
  '--json',
  '--ndjson',
  '--quiet',
  '--verbose',
  '--no-color',
  '--yes',
  '--no-input',
]

describe('the command of a report repeats its run', () => {
  const base = ['backtest', 'strategies/my one.ts', '--instrument', 'BTC-USDT.BINANCE', '--timeframe', '1h']

  test.each(Object.entries(SAMPLES))('%s', (flag, sample) => {
    const whole = flag === '--instrument' || flag === '--timeframe' ? base.slice(0, 2) : base
    const request = requestOf([...whole, '--timeframe', '1h', ...sample])
    expect(comparable(repeated(request))).toEqual(comparable(request))
    // The sample does something: without it the request is another.
    expect(comparable(request)).not.toEqual(comparable(requestOf(['backtest', 'x'])))
  })

  test('with every flag at once, as far as they go together', () => {
    const apart = ['--timerange', '--fee-schedule', '--spread-model', '--slippage-model', '--cost', '--borrow-rate']
    const all = Object.entries(SAMPLES).flatMap(([flag, sample]) => (apart.includes(flag) ? [] : sample))
    const request = requestOf(['backtest', 'sma-cross', ...all])
    expect(comparable(repeated(request))).toEqual(comparable(request))
  })

  test('there is a sample for every flag of the command', () => {
    const program = new Command()
    addCommonOptions(program)
    const flags = [...program.options, ...declareBacktest(program).options].map(({ long }) => long ?? '')
    expect(flags.toSorted()).toEqual([...Object.keys(SAMPLES), ...ELSEWHERE, ...OF_THE_TERMINAL].toSorted())
  })

  test.each([['none'], ['recorded']])('a cap that is lifted and a latency that is recorded: %s', (value) => {
    const flag = value === 'none' ? '--volume-share' : '--latency-ms'
    const request = requestOf([...base, flag, value])
    expect(comparable(repeated(request))).toEqual(comparable(request))
  })

  test('a universe that chose the instruments chooses them again', () => {
    const request = requestOf(['backtest', 'sma-cross', '--timeframe', '1h', '--universe', 'members.csv'])
    expect(repeated(request).instruments).toEqual([])
  })
})
