import type { Command } from 'commander'

/** A command of the first level: enough for the list, and where the rest is. */
export interface CommandEntry {
  readonly name: string
  readonly summary: string
  /** Loads the module that declares flags and verbs. */
  load(): Promise<(program: Command) => Command>
}

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'demo',
    summary: 'a backtest on a generated market, with its report',
    load: async () => (await import('../commands/demo.ts')).declareDemo,
  },
  {
    name: 'init',
    summary: 'make a project folder',
    load: async () => (await import('../commands/init.ts')).declareInit,
  },
  {
    name: 'doctor',
    summary: 'look at this machine and say how to fix what is amiss',
    load: async () => (await import('../commands/doctor.ts')).declareDoctor,
  },
  {
    name: 'data',
    summary: 'import, generate, list, verify and export market data',
    load: async () => (await import('../commands/data.ts')).declareData,
  },
  {
    name: 'strategy',
    summary: 'list, show, write, check and test strategies',
    load: async () => (await import('../commands/strategy.ts')).declareStrategy,
  },
  {
    name: 'backtest',
    summary: 'run a strategy on past bars',
    load: async () => (await import('../commands/backtest.ts')).declareBacktest,
  },
  {
    name: 'runs',
    summary: 'list, show, compare and export runs',
    load: async () => (await import('../commands/runs.ts')).declareRuns,
  },
  {
    name: 'report',
    summary: 'where the report of a run is',
    load: async () => (await import('../commands/report.ts')).declareReport,
  },
  {
    name: 'paper',
    summary: 'run a strategy on the live market with play money',
    load: async () => (await import('../commands/paper.ts')).declarePaper,
  },
  {
    name: 'live',
    summary: 'run a strategy with real money',
    load: async () => (await import('../commands/live.ts')).declareLive,
  },
  {
    name: 'bot',
    summary: 'look at sessions and steer them',
    load: async () => (await import('../commands/bot.ts')).declareBot,
  },
  {
    name: 'orders',
    summary: 'open orders of a session',
    load: async () => (await import('../commands/orders.ts')).declareOrders,
  },
  {
    name: 'positions',
    summary: 'positions of a session',
    load: async () => (await import('../commands/positions.ts')).declarePositions,
  },
  {
    name: 'reconcile',
    summary: 'compare the account of a session with its books',
    load: async () => (await import('../commands/reconcile.ts')).declareReconcile,
  },
  {
    name: 'parity',
    summary: 'compare a session with the backtest of the same window',
    load: async () => (await import('../commands/parity.ts')).declareParity,
  },
  {
    name: 'accounting',
    summary: 'tax lots of a session, held against a statement of the venue',
    load: async () => (await import('../commands/accounting.ts')).declareAccounting,
  },
  {
    name: 'exchange',
    summary: 'a local exchange to rehearse on, without any risk',
    load: async () => (await import('../commands/exchange.ts')).declareExchange,
  },
  {
    name: 'serve',
    summary: 'HTTP API of the engine',
    load: async () => (await import('../commands/serve.ts')).declareServe,
  },
  {
    name: 'access',
    summary: 'who may use the HTTP API',
    load: async () => (await import('../commands/access.ts')).declareAccess,
  },
  {
    name: 'keys',
    summary: 'keys of exchanges, encrypted',
    load: async () => (await import('../commands/keys.ts')).declareKeys,
  },
  {
    name: 'notify',
    summary: 'try the channels that messages go to',
    load: async () => (await import('../commands/notify.ts')).declareNotify,
  },
  {
    name: 'config',
    summary: 'show the settings in force and their schema',
    load: async () => (await import('../commands/config.ts')).declareConfig,
  },
  {
    name: 'completion',
    summary: 'completion script for bash, zsh or fish',
    load: async () => (await import('../commands/completion.ts')).declareCompletion,
  },
]
