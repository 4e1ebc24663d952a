import type { TradingGateway } from '@kestrel/kernel'
import { Journal } from '../../src/index.ts'

/** When a process dies: at the `nth` time (from 0) that it comes to the point. */
export interface KillOrder {
  readonly point: KillPointName
  readonly nth: number
}

/**
 * Every step between something happening and it being known for good, before and after. In between lies nothing that
 * is kept: what a process does in memory alone is gone with it wherever it dies.
 */
export const KILL_POINTS = [
  { name: 'before-start', about: 'A new session, before its start is in the journal.' },
  { name: 'after-start', about: 'Its start is on the disk, its account has not been looked at.' },
  { name: 'before-input', about: 'A bar or a command came in and was applied; nothing of it is written.' },
  { name: 'after-input', about: 'The input is written, the actions that it led to are not.' },
  { name: 'after-action', about: 'Input and action are written and not committed.' },
  { name: 'before-commit', about: 'All is written, the commit is next.' },
  { name: 'after-commit', about: 'The action is on the disk and was not sent.' },
  { name: 'before-create', about: 'The order is about to go out.' },
  { name: 'create-sent', about: 'The request is on its way.' },
  { name: 'create-answered', about: 'The answer is there and was not taken in.' },
  { name: 'before-cancel', about: 'A cancel is about to go out.' },
  { name: 'cancel-sent', about: 'The request is on its way.' },
  { name: 'cancel-answered', about: 'The answer is there and was not taken in.' },
  { name: 'before-amend', about: 'An amendment is about to go out.' },
  { name: 'amend-sent', about: 'The request is on its way.' },
  { name: 'amend-answered', about: 'The answer is there and was not taken in.' },
  { name: 'before-order-report', about: 'A report of an order arrived and was not taken in.' },
  { name: 'before-fill-report', about: 'A fill arrived and was not taken in.' },
  { name: 'before-news', about: 'News of an order are applied and not written.' },
  { name: 'after-news', about: 'News of an order are written and not committed.' },
  { name: 'replaced', about: 'An order took the place of another: that is written and not committed.' },
  { name: 'before-look-up', about: 'A start has played the journal again and is about to look an order up.' },
  { name: 'look-up-answered', about: 'What it found was not taken in.' },
  { name: 'before-fills', about: 'A start is about to fetch fills.' },
  { name: 'fills-answered', about: 'They are there and were not taken in.' },
  { name: 'before-baseline', about: 'The account was compared; what it holds beside the session is not written.' },
  { name: 'after-baseline', about: 'That is written and not committed.' },
  { name: 'after-reconciled', about: 'The start is done and not committed.' },
] as const

export type KillPointName = (typeof KILL_POINTS)[number]['name']

/** Told of every point that a process passes. */
export type OnPoint = (point: KillPointName) => void

/** Ends this process without a word, as the kernel of the system or a lost machine does. */
export function killAt({ point, nth }: KillOrder): OnPoint {
  let passed = 0
  return (at) => {
    if (at === point && passed++ === nth) process.kill(process.pid, 'SIGKILL')
  }
}

/** A journal that tells of its points. */
export class WatchedJournal extends Journal {
  readonly #onPoint: OnPoint
  #hasAction = false

  constructor(path: string, onPoint: OnPoint) {
    super(path)
    this.#onPoint = onPoint
  }

  override append(timeMs: number, kind: string, body: unknown): number {
    const isNews = kind === 'input' && (body as { readonly kind: string }).kind === 'order'
    if (kind === 'start') this.#pass('before-start')
    if (kind === 'input') this.#pass(isNews ? 'before-news' : 'before-input')
    if (kind === 'note:baseline') this.#pass('before-baseline')
    const seq = super.append(timeMs, kind, body)
    if (kind === 'input') this.#pass(isNews ? 'after-news' : 'after-input')
    if (kind === 'note:replaced') this.#pass('replaced')
    if (kind === 'note:baseline') this.#pass('after-baseline')
    if (kind === 'note:reconciled') this.#pass('after-reconciled')
    if (kind === 'action') {
      this.#hasAction = true
      this.#pass('after-action')
    }
    if (kind === 'start') {
      super.commit()
      this.#pass('after-start')
    }
    return seq
  }

  override commit(): void {
    // The constructor of a journal commits before there is anybody to tell.
    if (!(#onPoint in this)) {
      super.commit()
      return
    }
    if (this.#hasAction) this.#pass('before-commit')
    super.commit()
    if (this.#hasAction) this.#pass('after-commit')
    this.#hasAction = false
  }

  #pass(point: KillPointName): void {
    this.#onPoint(point)
  }
}

/** A gateway that tells of its points. */
export function watchedGateway(gateway: TradingGateway, onPoint: OnPoint): TradingGateway {
  const sending = async <T>(verb: 'create' | 'cancel' | 'amend', act: () => Promise<T>): Promise<T> => {
    onPoint(`before-${verb}`)
    const answer = act()
    // The request has left the process when the sockets had their turn.
    setImmediate(() => setImmediate(() => onPoint(`${verb}-sent`)))
    const value = await answer
    onPoint(`${verb}-answered`)
    return value
  }
  return {
    ...gateway,
    createOrder: async (order, isWanted) => sending('create', async () => gateway.createOrder(order, isWanted)),
    cancelOrder: async (order) => sending('cancel', async () => gateway.cancelOrder(order)),
    amendOrder: async (order, terms, isWanted) =>
      sending('amend', async () => gateway.amendOrder(order, terms, isWanted)),
    async findOrder(order) {
      onPoint('before-look-up')
      const found = await gateway.findOrder(order)
      onPoint('look-up-answered')
      return found
    },
    async fillsSince(timeMs, instruments) {
      onPoint('before-fills')
      const fills = await gateway.fillsSince(timeMs, instruments)
      onPoint('fills-answered')
      return fills
    },
    streamAccount: (handlers) =>
      gateway.streamAccount({
        ...handlers,
        onOrder(order) {
          onPoint('before-order-report')
          handlers.onOrder(order)
        },
        onFill(fill) {
          onPoint('before-fill-report')
          handlers.onFill(fill)
        },
      }),
  }
}
