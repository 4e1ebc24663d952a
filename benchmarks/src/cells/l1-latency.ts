/**
 * L1, from the decision of a strategy to ccxt and to the socket, with the real client on an exchange in another process.
 *
 * One order a bar, and the next bar when the order before is filled and booked. After each order the same number of bytes
 * is written to a file beside the journal and synced: what the disk takes by itself, at the same time. Each call of the
 * cell is a batch of orders; its time is the wanted quantile of the batch.
 */
import { subscribe } from 'node:diagnostics_channel'
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { defineStrategy } from '@kestrel/kernel'
import { z } from 'zod'
import { measureCell } from '../cell/measure-cell.ts'
import { ccxtGateway, L1_PRICE, liveSetup, MinuteFeed, openLive } from '../live/bench-session.ts'
import { ccxtBinance, ORDER_SENT } from '../live/ccxt-client.ts'
import { scratchFolder, startLocalExchange } from '../live/local-world.ts'
import { engineVersion } from '../setup/engine-version.ts'
import { quantileOf } from '../statistics.ts'
import { cellArguments } from './cell-arguments.ts'

/** Bytes that a decision adds to the journal's file: pages of the log with its rows. */
const DECISION_BYTES = 8_192

const { units, runs, option } = cellArguments(['until', 'quantile', 'folder'])
/** `call`: ccxt is called. `socket`: the request goes to the operating system. `disk`: the disk alone. */
const until = option('until', 'call') as 'call' | 'socket' | 'disk'
const quantile = Number(option('quantile', '0.99'))

const at = { decided: 0, call: 0, socket: 0 }

/** Buys and sells in turn. */
const flip = defineStrategy({
  name: 'flip',
  about: 'One order at the market each bar.',
  params: z.object({}),
  start({ instrument, bars, position, submit }) {
    bars(instrument)
    return {
      onBar() {
        const side = position(instrument).quantity > 0 ? 'sell' : 'buy'
        at.decided = performance.now()
        submit({ instrument, side, quantity: 0.01 })
      },
    }
  },
})

const { prototype } = await ccxtBinance()
const create = prototype.createOrder
prototype.createOrder = async function (...args) {
  at.call = performance.now()
  return create.apply(this, args)
}
subscribe(ORDER_SENT.channel, (message) => {
  if (ORDER_SENT.isOne(message)) at.socket = performance.now()
})

using folder = scratchFolder(option('folder', tmpdir()))
using exchange = await startLocalExchange()
const gateway = ccxtGateway(exchange.url)
const { session, journal } = await openLive(folder.path, gateway, liveSetup([flip], 3))
session.run()
const feed = new MinuteFeed(session)
const { desk, ledger } = session.core.kernel
const file = openSync(join(folder.path, 'disk'), 'a')
const bytes = Buffer.alloc(DECISION_BYTES, 1)
let sent = 0

/** Milliseconds from the decision of one order to what is asked for. */
async function order(): Promise<number> {
  Object.assign(at, { decided: Number.NaN, call: Number.NaN, socket: Number.NaN })
  feed.minute(L1_PRICE)
  sent++
  while (desk.fills.count < sent) await wait(1)
  await session.settled()
  const [begun] = [performance.now(), writeSync(file, bytes), fdatasyncSync(file)]
  const diskMs = performance.now() - begun
  return { call: at.call - at.decided, socket: at.socket - at.decided, disk: diskMs }[until]
}

try {
  await measureCell({
    version: engineVersion(),
    runs,
    prepare: () => undefined,
    checksum: () => '',
    async run() {
      const timesMs: number[] = []
      for (let i = 0; i < units; i++) timesMs.push(await order())
      return timesMs
    },
    callMs: (timesMs) => quantileOf(timesMs, quantile),
    outcome: (timesMs) => ({
      state: session.state,
      measured: timesMs.every((each) => each > 0),
      unfilled: sent - desk.fills.count,
      heldLots: ledger.lots[0],
    }),
  })
} finally {
  closeSync(file)
  await session.suspend()
  await gateway.close()
  journal.close()
}
