import { z } from 'zod'
import { apiSettingsSchema } from './api-settings-schema.ts'
import { notifySettingsSchema } from './notify-settings-schema.ts'

const name = z.string().min(1)
const time = z.union([name, z.number().int()])
const rate = z.number().min(-0.01).max(0.1)

/** Cost models in place of the numbers of the same section; the models check their own parameters. */
const costSettingsSchema = z.strictObject({
  fees: z
    .union([name, z.array(z.union([name, z.record(name, z.unknown())]))])
    .optional()
    .describe('fees by volume: a shipped schedule, a file, or schedules themselves'),
  spread: z
    .object({ model: z.enum(['fixed', 'quotes', 'volatility', 'corwin-schultz', 'abdi-ranaldo']) })
    .catchall(z.number())
    .optional()
    .describe('where the spread that a taker crosses comes from'),
  slippage: z
    .object({ model: z.enum(['fixed', 'sqrt', 'volume-share']) })
    .catchall(z.number())
    .optional()
    .describe('how much worse than the quoted price a taker fills'),
})

/** Settings of `kestrel backtest`; each stands for the flag of the same name. */
const backtestSettingsSchema = z.strictObject({
  instruments: z.array(name).optional().describe('instruments to trade, such as BTC-USDT.BINANCE'),
  timeframe: name.optional().describe('length of a bar: 1m, 1h, 1d'),
  from: time.optional().describe('first instant of the window, ISO 8601 or epoch ms'),
  to: time.optional().describe('end of the window, exclusive'),
  cash: z
    .union([z.number().positive(), z.record(name, z.number().positive())])
    .optional()
    .describe('starting cash in the reporting currency, or by currency'),
  params: z.record(z.string(), z.unknown()).optional().describe("the strategy's parameters"),
  fill: z.enum(['next-open', 'close']).optional().describe('where a market order decided at a close fills'),
  limitFill: z.enum(['through', 'touch', 'queue']).optional().describe('when a resting limit order fills'),
  sizeMode: z.enum(['units', 'cash', 'equity']).optional().describe('what 1 means in target(instrument, 1)'),
  takerFee: rate.optional().describe('fraction of notional'),
  makerFee: rate.optional().describe('fraction of notional'),
  spreadBps: z.number().min(0).max(1000).optional().describe('full spread, basis points'),
  slippageBps: z.number().min(0).max(1000).optional().describe('further loss of each taker fill, basis points'),
  costs: costSettingsSchema.optional().describe('models of fees, spread and slippage'),
  volumeShare: z
    .union([z.number().gt(0).max(1), z.literal('none')])
    .optional()
    .describe("largest share of a bar's volume that our orders take; none lifts the cap"),
  latencyMs: z.number().min(0).max(86_400_000).optional().describe('from decision to venue'),
  // Its numbers are checked by the model itself: importing its schema would load the simulator with every command.
  latency: z
    .object({ model: z.enum(['constant', 'uniform', 'lognormal', 'recorded']) })
    .catchall(z.number())
    .optional()
    .describe('the same as a model: constant, uniform, lognormal, recorded'),
  leverage: z
    .union([z.number().min(1), z.record(name, z.number().min(1))])
    .optional()
    .describe('of perpetuals: notional over margin, for all or by instrument'),
  margin: z.enum(['isolated', 'cross']).optional().describe('margin of perpetuals'),
  positionMode: z.enum(['one-way', 'hedge']).optional().describe('one position a perpetual, or a long and a short one'),
  marginTiers: name.optional().describe('file with margin tables that go before the shipped ones'),
  borrowRate: z
    .union([z.number().min(0).max(0.1), z.record(name, z.number().min(0).max(0.1))])
    .optional()
    .describe('interest a day on borrowed spot, for all currencies or by currency; absent: nothing may be borrowed'),
  borrowLeverage: z.number().gt(1).max(10).optional().describe('loans of spot end at this less 1, times the equity'),
  funding: z.enum(['auto', 'none']).optional().describe('settle recorded funding, or leave it out and say so'),
  rebalanceBand: z.number().min(0).lt(1).optional().describe('least change of a weight that is traded'),
  reportingCurrency: name.optional().describe('currency of equity and metrics'),
  protections: z
    .array(z.looseObject({ kind: z.enum(['cooldown', 'stop-guard', 'drawdown-pause', 'session-hours']) }))
    .optional()
    .describe('what may keep positions from being opened: cooldown, stop-guard, drawdown-pause, session-hours'),
  decisions: z.enum(['changed', 'all']).optional().describe('which explanations are kept'),
  metricsCompat: z
    .enum(['freqtrade', 'quantstats', 'lean', 'backtesting'])
    .optional()
    .describe("also give the ratios by another tool's formulas"),
  strategyTimeout: z.number().positive().optional().describe('seconds without progress until a strategy is stopped'),
  universe: name.optional().describe('file with the point-in-time members of the universe'),
  allowGaps: z.boolean().optional().describe('run although bars are missing inside the window'),
  ticks: z.boolean().optional().describe('play orders against trades, and make the bars of them'),
  finer: z.boolean().optional().describe('play orders against finer bars where the lake has them'),
  band: z.boolean().optional().describe('run the harsher and the kinder setting too'),
  report: z.boolean().optional().describe('write report.html'),
})
export type BacktestSettings = z.output<typeof backtestSettingsSchema>

/** Settings of sessions. Limits check themselves: importing their schema would load the sessions with every command. */
const liveSettingsSchema = z.strictObject({
  limits: z
    .record(name, z.unknown())
    .optional()
    .describe('limits of the account: drawdown, dailyLoss, ordersPerMinute ...'),
  deadManSeconds: z
    .number()
    .min(15)
    .max(3_600)
    .optional()
    .describe(
      'the venue cancels all orders, protective ones too, unless it hears from the session for so long; absent: never',
    ),
})

/** Settings of one exchange. */
const venueSettingsSchema = z.strictObject({
  baseUrl: z.url().optional().describe('send its requests there: a mirror, or a local exchange'),
})

/** A settings file. Unknown keys are errors. */
export const settingsSchema = z.strictObject({
  $schema: z.string().optional(),
  dataDir: name.optional().describe("the lake's folder, relative to this file"),
  runsDir: name.optional().describe('where run folders are written, relative to this file'),
  seed: z.number().int().optional().describe('seed of everything random'),
  mode: z.enum(['paper', 'live']).optional().describe('live lets kestrel live trade real money, with --live and a key'),
  backtest: backtestSettingsSchema.optional(),
  live: liveSettingsSchema.optional(),
  venues: z.record(z.string(), venueSettingsSchema).optional().describe('exchanges, by their ccxt names'),
  api: apiSettingsSchema.optional().describe('HTTP API of kestrel serve'),
  notify: notifySettingsSchema.optional().describe('where messages about sessions go'),
})
export type Settings = z.output<typeof settingsSchema>
