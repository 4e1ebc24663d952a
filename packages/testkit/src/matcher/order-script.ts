/** One bar of a script's market: prices in whole ticks of 1, volume in lots of 1; mark prices where the run has them. */
export interface ScriptBar {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  readonly mark?: { readonly open: number; readonly high: number; readonly low: number }
}

export type ScriptType =
  | 'market'
  | 'limit'
  | 'stop-market'
  | 'stop-limit'
  | 'take-profit'
  | 'take-profit-limit'
  | 'trailing-stop'

/** An order of a script. Prices are whole ticks, quantities whole lots, times count bars from the first open. */
export interface ScriptOrder {
  readonly side: 'buy' | 'sell'
  readonly type: ScriptType
  /** Absent where it closes the position. */
  readonly quantity?: number
  readonly limit?: number
  readonly trigger?: number
  readonly triggerBy?: 'mark'
  readonly trailBy?: number
  readonly trailRate?: number
  readonly activation?: number
  readonly display?: number
  readonly timeInForce?: 'GTC' | 'IOC' | 'FOK' | 'GTD'
  readonly expires?: number
  readonly postOnly?: boolean
  readonly reduceOnly?: boolean
  /** Which of two positions it trades; stated in a market of two, and only there. */
  readonly leg?: 'long' | 'short'
}

/** What a script does at the close of a bar. Orders are named by the order in which they were made, from 0. */
export type ScriptAction =
  | { readonly kind: 'submit'; readonly order: ScriptOrder }
  | {
      readonly kind: 'group'
      readonly entry?: ScriptOrder
      readonly members: readonly ScriptOrder[]
      readonly link: 'one-cancels-other' | 'independent'
      readonly activeFrom: 'fill' | 'next-bar'
    }
  | { readonly kind: 'cancel'; readonly order: number }
  | {
      readonly kind: 'amend'
      readonly order: number
      readonly quantity?: number
      readonly limit?: number
      readonly trigger?: number
    }

/** How the venue of a script fills. */
export interface ScriptRules {
  readonly marketFill: 'next-open' | 'close'
  readonly throughTicks: number
  readonly spreadBps: number
  readonly slippageBps: number
  /** Absent: no cap. */
  readonly volumeShare?: number
  /** The account keeps a long and a short position beside each other. */
  readonly isHedged?: boolean
  /** In bars. */
  readonly latency: number
  readonly selfTrade: 'cancel-oldest' | 'cancel-newest' | 'cancel-both' | 'allow'
}

export interface ScriptFill {
  readonly order: number
  readonly lots: number
  readonly price: number
  readonly isMaker: boolean
  /** Bar that it happened in, and when: at its open, or told at its close. */
  readonly bar: number
  readonly at: 'open' | 'close'
}

/** What became of a script. */
export interface ScriptOutcome {
  readonly fills: readonly ScriptFill[]
  /** State of every order at the end, as the kernel names it. */
  readonly states: readonly string[]
}
