import { DEMO_ACCOUNT, type LocalExchange, startExchange } from '@kestrel/testkit'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { printResult } from '../cli/output/print-result.ts'
import { tableText } from '../cli/output/table.ts'
import type { ExchangeFlags } from '../commands/exchange.ts'
import { type ExchangeChoice, readExchangeFlags } from './exchange-options.ts'

/** Runs the local exchange until SIGINT or SIGTERM, which is its ordinary end. */
export async function runExchange(
  context: CommandContext,
  _args: readonly string[],
  flags: ExchangeFlags,
): Promise<CommandResult> {
  const stop = stopSignal()
  const choice = readExchangeFlags(flags, context.seed, context.cwd)
  const exchange = await startExchange({
    venues: choice.venues,
    markets: choice.markets,
    seed: context.seed,
    port: choice.port,
    ...(choice.speed === 1 ? {} : { clock: choice.speed }),
    ...(choice.faults === undefined ? {} : { faults: choice.faults }),
    onFault: (venue, { fault, path }) => context.note(`${venue}: ${fault.name} on ${path} (${fault.on} ${fault.nth})`),
  })
  const document = documentOf(exchange, choice, context.seed)
  const text = textOf(exchange, choice, context.seed)
  await printResult({ document, rows: [document], text }, 'exchange', context.common)
  await stop
  await exchange.close()
  return { document, text: '', isPrinted: true }
}

function documentOf(exchange: LocalExchange, choice: ExchangeChoice, seed: number): Record<string, unknown> {
  return {
    synthetic: true,
    seed,
    speed: choice.speed,
    venues: exchange.venues.map(({ name, url, wsUrl }) => ({ name, url, wsUrl })),
    markets: choice.markets.map(({ spec, startPrice }) => ({ kind: spec.kind, symbol: spec.symbol, startPrice })),
    account: DEMO_ACCOUNT,
    faults: choice.faults ?? null,
    pid: process.pid,
  }
}

function textOf(exchange: LocalExchange, choice: ExchangeChoice, seed: number): string {
  const venues = tableText(
    [{ title: 'venue' }, { title: 'requests' }, { title: 'streams' }],
    exchange.venues.map(({ name, url, wsUrl }) => [name, url, wsUrl]),
  )
  const symbols = [...new Set(choice.markets.map(({ spec, startPrice }) => `${spec.symbol} at ${startPrice}`))]
  const { apiKey, secret, balances } = DEMO_ACCOUNT
  const money = Object.entries(balances?.spot ?? {}).map(([asset, amount]) => `${amount} ${asset}`)
  // Spot and perpetuals of Binance are servers of their own; Kestrel knows both as one venue.
  const settings = exchange.venues.map(({ name, url }) => {
    const venue = name === 'binanceusdm' ? 'binance' : name
    const what = name === 'bybit' ? '' : name === 'binanceusdm' ? '  for perpetuals' : '  for spot'
    return `  ${JSON.stringify({ venues: { [venue]: { baseUrl: url } } })}${what}`
  })
  return [
    `The local exchange is open. Its market is SYNTHETIC (seed ${seed}) and its money is play money.`,
    '',
    venues,
    '',
    `Markets: ${symbols.join(', ')}; spot and perpetual.`,
    `Key:     ${apiKey}`,
    `Secret:  ${secret}`,
    `Money:   ${money.join(' and ')} on spot, and margin for futures.`,
    `Faults:  ${choice.faults === undefined ? 'none' : `${choice.faults.faults.length} in the schedule`}.`,
    '',
    `In the settings of Kestrel${settings.length > 1 ? ', one of' : ''}:`,
    ...settings,
    'In ccxt: replace the origin of every address in exchange.urls.api by these, and await exchange.loadHttpProxyAgent().',
    '',
    'End it with Ctrl-C.',
  ].join('\n')
}

/** Resolves at the first SIGINT or SIGTERM; the second one ends the process at once. */
async function stopSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  await promise
}
