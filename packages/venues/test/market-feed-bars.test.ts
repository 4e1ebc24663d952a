import type { FeedBar } from '@kestrel/kernel'
import type { FaultName, FaultSchedule, MessageKind, RequestKind } from '@kestrel/testkit'
import { describe, expect, test } from 'vitest'
import { localFeed, type LocalFeed } from './local-feed.ts'

const MINUTE_MS = 60_000

/** Bars as the exchange itself has them, asked for with nothing going wrong. */
async function ownBars({ feed, instrument, venue }: LocalFeed, bars: readonly FeedBar[]): Promise<FeedBar[]> {
  venue.play(undefined)
  const [first, last] = [bars[0], bars.at(-1)]
  return [...(await feed.pastBars(instrument, '1m', first?.openTimeMs ?? 0, last?.closeTimeMs ?? 0))]
}

const withoutReceipt = (bars: readonly FeedBar[]) => bars.map((bar) => ({ ...bar, tsRecvMs: 0 }))

const fault = (
  name: FaultName,
  on: RequestKind | MessageKind,
  nth: number,
  numbers: Readonly<Record<string, number>> = {},
  every?: number,
): FaultSchedule => ({ faults: [{ name, on, nth, numbers, ...(every === undefined ? {} : { every }) }] })

const SCHEDULES: readonly (readonly [name: string, schedule: FaultSchedule | undefined])[] = [
  ['nothing', undefined],
  ['a socket that is dropped, again and again', fault('disconnect', 'bar', 20, { refusals: 1 }, 60)],
  ['a socket that falls silent', fault('half-open', 'bar', 25)],
  [
    'late and repeated messages',
    {
      faults: [
        { name: 'delayed-messages', on: 'bar', nth: 3, numbers: { delayMs: 20, messages: 100 } },
        { name: 'repeated-messages', on: 'bar', nth: 3, numbers: { messages: 200 } },
      ],
    },
  ],
  ['a stream that leaves messages out', fault('lost-messages', 'bar', 0, { messages: 7 }, 9)],
  [
    'a stream that leaves messages out, and requests that are limited',
    {
      faults: [
        { name: 'lost-messages', on: 'bar', nth: 0, numbers: { messages: 40 }, every: 60 },
        { name: 'rate-limited', on: 'bars', nth: 0, numbers: { requests: 2, waitS: 0 } },
      ],
    },
  ],
  [
    'a stream that leaves messages out, and servers that fail',
    {
      faults: [
        { name: 'lost-messages', on: 'bar', nth: 0, numbers: { messages: 40 }, every: 60 },
        { name: 'server-error', on: 'bars', nth: 0, numbers: { status: 502 } },
        { name: 'html-page', on: 'bars', nth: 1, numbers: { status: 0 } },
        { name: 'truncated-json', on: 'bars', nth: 2, numbers: { sharePct: 50 } },
        { name: 'html-page', on: 'time', nth: 2, numbers: { status: 0 } },
      ],
    },
  ],
  [
    'a clock that is off',
    {
      faults: [
        { name: 'lost-messages', on: 'bar', nth: 0, numbers: { messages: 40 }, every: 60 },
        { name: 'clock-skew', on: 'time', nth: 0, numbers: { skewMsPlus30000: 55_000, requests: 3 } },
      ],
    },
  ],
]

describe.each(SCHEDULES)('under %s', (_name, schedule) => {
  test('each bar comes once, in order, as the exchange has it', async () => {
    const local = await localFeed('perpetual', 71)
    const bars: FeedBar[] = []
    local.feed.bars(local.instrument, '1m', (bar) => bars.push(bar))
    await local.until(() => bars.length > 0)
    const player = local.venue.play(schedule)
    const started = bars.length
    await local.until(() => bars.length >= started + 4 && player?.struck.length !== 0)
    expect(bars.map(({ openTimeMs }) => openTimeMs)).toEqual(
      bars.map((_, index) => (bars[0]?.openTimeMs ?? 0) + index * MINUTE_MS),
    )
    expect(withoutReceipt(bars)).toEqual(withoutReceipt(await ownBars(local, bars)))
    const [status] = local.feed.status()
    expect(status).toMatchObject({ feed: 'bars 1m', events: bars.length })
  })
})
