import { once as event } from 'node:events'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type FaultName, FAULTS, type FaultSchedule } from '../../src/index.ts'
import { QuietBybit, type RawStream } from './raw-bybit.ts'

const tested = new Set<string>()

function once(name: FaultName, on: string, nth: number, numbers: Readonly<Record<string, number>> = {}): FaultSchedule {
  tested.add(name)
  return { faults: [{ name, on: on as 'order', nth, numbers }] }
}

/** Buys in `count` orders that fill at once; gives the sizes of the fills that the stream told, in its order. */
async function fillSizes(bybit: QuietBybit, stream: RawStream, count: number): Promise<string[]> {
  for (let i = 1; i <= count; i++) {
    const order = { category: 'linear', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Market', qty: `0.00${i}` }
    await bybit.ask('POST', '/v5/order/create', order)
  }
  await stream.settle()
  return stream.of('execution').map(({ data }) => String(data?.[0]?.['execQty']))
}

test('without faults a stream tells everything once and in order', async () => {
  await using bybit = await QuietBybit.start()
  const stream = await bybit.watchAccount()
  expect(await fillSizes(bybit, stream, 3)).toEqual(['0.001', '0.002', '0.003'])
})

test('repeated-messages: the same fill twice', async () => {
  await using bybit = await QuietBybit.start(once('repeated-messages', 'fill', 1, { messages: 2 }))
  const stream = await bybit.watchAccount()
  expect(await fillSizes(bybit, stream, 3)).toEqual(['0.001', '0.002', '0.002', '0.003', '0.003'])
  const [, second, again] = stream.of('execution')
  expect(again).toEqual(second)
})

test('duplicate-acknowledgement: the message of the new order comes twice', async () => {
  await using bybit = await QuietBybit.start(once('duplicate-acknowledgement', 'order', 0))
  const stream = await bybit.watchAccount()
  await bybit.buy('59000', 'a')
  await stream.settle()
  expect(stream.of('order').map(({ data }) => data?.[0]?.['orderStatus'])).toEqual(['New', 'New'])
})

test('lost-messages: a fill that the stream never tells', async () => {
  await using bybit = await QuietBybit.start(once('lost-messages', 'fill', 1, { messages: 1 }))
  const stream = await bybit.watchAccount()
  expect(await fillSizes(bybit, stream, 3)).toEqual(['0.001', '0.003'])
})

test('lost-messages on a book: a gap in its sequence', async () => {
  await using bybit = await QuietBybit.start(once('lost-messages', 'book', 2, { messages: 1 }))
  const stream = await bybit.watchBook()
  for (let lots = 1; lots <= 4; lots++) bybit.moveBook(lots)
  await stream.settle()
  const updates = stream.of('orderbook.50.BTCUSDT').map(({ data }) => Number(data?.['u']))
  const first = updates[0] as number
  expect(updates).toEqual([first, first + 1, first + 3, first + 4])
})

test('reordered-messages: what came first is told last', async () => {
  await using bybit = await QuietBybit.start(once('reordered-messages', 'order', 0, { messages: 3 }))
  const stream = await bybit.watchAccount()
  const order = { category: 'linear', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Market', qty: '0.001' }
  await bybit.ask('POST', '/v5/order/create', order)
  await stream.next(({ topic }) => topic === 'order')
  const topics = stream.messages.map(({ topic }) => topic).filter((topic) => topic !== undefined)
  expect(topics.slice(0, 3)).toEqual(['position', 'execution', 'order'])
})

test('reordered-messages that find no successor are told after a while', async () => {
  await using bybit = await QuietBybit.start(once('reordered-messages', 'order', 0, { messages: 4 }))
  const stream = await bybit.watchAccount()
  await bybit.buy('59000', 'a')
  const { data } = await stream.next(({ topic }) => topic === 'order')
  expect(data?.[0]?.['orderLinkId']).toBe('a')
})

test('delayed-messages: late, complete and in order', async () => {
  await using bybit = await QuietBybit.start(once('delayed-messages', 'fill', 0, { delayMs: 150, messages: 2 }))
  const stream = await bybit.watchAccount()
  const sentMs = performance.now()
  // The question that ends it waits behind the late messages, as everything on the stream does.
  expect(await fillSizes(bybit, stream, 3)).toEqual(['0.001', '0.002', '0.003'])
  expect(performance.now() - sentMs).toBeGreaterThanOrEqual(149)
})

test('disconnect: the socket drops, comes back after so many refusals, and REST knows what was missed', async () => {
  await using bybit = await QuietBybit.start(once('disconnect', 'order', 0, { refusals: 1 }))
  const stream = await bybit.watchAccount()
  const closed = event(stream.socket, 'close')
  await bybit.buy('59000', 'a')
  await closed
  expect(stream.of('order')).toEqual([])
  const refused = new WebSocket(`${bybit.venue.wsUrl}/v5/private`)
  await event(refused, 'error')
  const again = await bybit.watchAccount()
  await bybit.buy('59000', 'b')
  await again.next(({ topic }) => topic === 'order')
  expect(bybit.openNames()).toEqual(['a', 'b'])
})

test('half-open: the socket stays open, nothing comes, a ping is not answered', async () => {
  await using bybit = await QuietBybit.start(once('half-open', 'order', 0))
  const stream = await bybit.watchAccount()
  const before = stream.messages.length
  await bybit.buy('59000', 'a')
  stream.send({ op: 'ping' })
  stream.socket.ping()
  let pongs = 0
  stream.socket.on('pong', () => (pongs += 1))
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect([stream.messages.length, pongs, stream.socket.readyState]).toEqual([before, 0, WebSocket.OPEN])
  stream.socket.terminate()
})

test('faults that begin while a stream is open strike it', async () => {
  await using bybit = await QuietBybit.start()
  const stream = await bybit.watchAccount()
  bybit.venue.play(once('lost-messages', 'fill', 0, { messages: 1 }))
  expect(await fillSizes(bybit, stream, 2)).toEqual(['0.002'])
  bybit.venue.play(undefined)
  expect(await fillSizes(bybit, stream, 2)).toEqual(['0.002', '0.001', '0.002'])
})

test('a stream that was open before does not use up a refusal', async () => {
  await using bybit = await QuietBybit.start()
  const [stream, other] = [await bybit.watchAccount(), await bybit.watchBook()]
  bybit.venue.play(once('disconnect', 'order', 0, { refusals: 1 }))
  const closed = event(stream.socket, 'close')
  await bybit.buy('59000', 'a')
  await closed
  bybit.moveBook(3)
  await other.settle()
  await event(new WebSocket(`${bybit.venue.wsUrl}/v5/private`), 'error')
})

test('every fault of messages has a test here', () => {
  const all = Object.entries(FAULTS).filter(([, { target }]) => target === 'message')
  expect([...tested].sort()).toEqual(all.map(([name]) => name).sort())
})
