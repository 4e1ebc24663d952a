import type {
  ActionRequest,
  ActionResult,
  Balance,
  EquityPoint,
  FeedStatus,
  Fill,
  Order,
  Page,
  PageQuery,
  Position,
  RiskState,
  Session,
} from '@kestrel/contracts'
import type { Actor, SessionHandle } from '../../src/api/session-directory.ts'

export const T0 = 1_763_750_400_000

/** A session with one open order and one position, which remembers what it was asked to do. */
export class FakeSession implements SessionHandle {
  readonly id: string
  readonly acts: { readonly request: ActionRequest; readonly actor: Actor }[] = []
  /** What an action does; by default it is done at once. */
  onAct: (request: ActionRequest) => Promise<Partial<ActionResult>> = async () => ({})
  detail = ''

  constructor(id = 'demo-live') {
    this.id = id
  }

  async session(): Promise<Session> {
    return sessionOf(this.id, this.detail)
  }

  async orders({ limit }: PageQuery): Promise<Page<Order>> {
    return { items: [orderOf(1)].slice(0, limit), nextCursor: null }
  }

  async fills({ limit, cursor }: PageQuery): Promise<Page<Fill>> {
    const from = cursor === undefined ? 0 : Number(cursor)
    const items = [fillOf(3), fillOf(2), fillOf(1)].slice(from, from + limit)
    return { items, nextCursor: from + limit < 3 ? String(from + limit) : null }
  }

  async positions(): Promise<Position[]> {
    return [POSITION]
  }

  async balances(): Promise<Balance[]> {
    return [{ venue: 'BINANCE', currency: 'USDT', total: '10000.5', free: '9000', debt: '0' }]
  }

  async equity(): Promise<EquityPoint[]> {
    return [{ timeMs: T0, equity: '10000.5', drawdown: 0 }]
  }

  async feeds(): Promise<FeedStatus[]> {
    return [FEED]
  }

  async risk(): Promise<RiskState> {
    return RISK
  }

  async act(request: ActionRequest, actor: Actor): Promise<ActionResult> {
    this.acts.push({ request, actor })
    const base = {
      sessionId: this.id,
      action: request.action,
      outcome: 'done' as const,
      detail: '',
      effects: [],
      timeMs: T0,
    }
    return { ...base, ...(await this.onAct(request)) }
  }
}

export function sessionOf(id: string, detail = ''): Session {
  return {
    id,
    mode: 'live',
    state: 'running',
    detail,
    strategies: ['sma-cross'],
    instruments: ['BTC-USDT.BINANCE'],
    venues: ['BINANCE'],
    startedTimeMs: T0,
    heartbeatTimeMs: T0,
    reportingCurrency: 'USDT',
    equity: '10000.5',
    startEquity: '10000',
    realised: '0.5',
    unrealised: '0',
    fees: '0.1',
    funding: '0',
    valuedTimeMs: T0,
    openOrders: 1,
    openPositions: 1,
    codeHash: 'abc',
    synthetic: true,
  }
}

export function orderOf(n: number): Order {
  return {
    clientOrderId: `k${n}`,
    venueOrderId: `${n}`,
    instrumentId: 'BTC-USDT.BINANCE',
    strategy: 'sma-cross',
    side: 'buy',
    type: 'limit',
    timeInForce: 'GTC',
    postOnly: false,
    reduceOnly: false,
    state: 'accepted',
    quantity: '0.5',
    filledQuantity: '0',
    averagePrice: null,
    limitPrice: '64000.1',
    triggerPrice: null,
    createdTimeMs: T0,
    updatedTimeMs: T0,
    reason: '',
    tag: '',
  }
}

function fillOf(n: number): Fill {
  return {
    fillId: `${n}`,
    clientOrderId: `k${n}`,
    instrumentId: 'BTC-USDT.BINANCE',
    strategy: 'sma-cross',
    side: 'buy',
    quantity: '0.5',
    price: '64000.1',
    fee: '0.0005',
    feeCurrency: 'BTC',
    liquidity: 'maker',
    tsEventMs: T0 + n,
    tsRecvMs: T0 + n + 5,
  }
}

const POSITION: Position = {
  instrumentId: 'BTC-USDT.BINANCE',
  strategy: 'sma-cross',
  side: 'long',
  quantity: '0.5',
  entryPrice: '64000.1',
  markPrice: '64010',
  liquidationPrice: null,
  unrealised: '4.95',
  realised: '0',
  currency: 'USDT',
  leverage: null,
  openedTimeMs: T0,
  markTimeMs: T0,
}

const FEED: FeedStatus = {
  venue: 'BINANCE',
  instrumentId: 'BTC-USDT.BINANCE',
  feed: 'bars 1m',
  isConnected: true,
  lastEventTimeMs: T0 - 2_000,
  staleAfterMs: 60_000,
  isStale: false,
  events: 10,
  resubscriptions: 1,
  detail: '',
}

const RISK: RiskState = {
  mode: 'active',
  reason: '',
  sinceTimeMs: null,
  limits: [{ name: 'daily-loss', action: 'flatten', limit: '500', used: '125', unit: 'USDT', isBreached: false }],
  breaches: [],
}
