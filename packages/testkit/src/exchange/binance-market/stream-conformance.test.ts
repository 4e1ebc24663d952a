import { DuckDBInstance } from '@duckdb/node-api'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exampleExchange } from './example-exchange.fixture.ts'
import { differences } from './json-shape.fixture.ts'

const DATA = join(import.meta.dirname, '../../../../../../shared/data')
const CAPTURE = join(DATA, 'exchange_captures/BINANCE_FUTURES.ws.1.txt')
const recording = (name: string): string => join(DATA, `orderbook/${name}_BTCUSDT_20240808_raw_frames.parquet`)

/** Payloads of a recorded stream, without the wrapper. */
async function recorded(name: string, stream: string): Promise<object[]> {
  const connection = await (await DuckDBInstance.create()).connect()
  const sql = `select payload from read_parquet('${recording(name)}') where stream = '${stream}' order by seq limit 500`
  const rows = (await connection.runAndReadAll(sql)).getRows()
  return rows.map(([payload]) => (JSON.parse(String(payload)) as { data: object }).data)
}

/** Payloads of a kind in the capture of 2021. */
function captured(kind: string): object[] {
  return readFileSync(CAPTURE, 'utf8')
    .split('\n')
    .filter((line) => line.includes(`"e":"${kind}"`))
    .map((line) => (JSON.parse(line.slice(line.indexOf('{'))) as { data: object }).data)
}

const { clock, spot, usdm, listen } = exampleExchange()
const streams = {
  spot: (stream: string) => listen(spot, stream).frames,
  usdm: (stream: string) => listen(usdm, stream).frames,
}
const ours = {
  spot: Object.fromEntries(
    ['depth@100ms', 'bookTicker', 'trade'].map((name) => [name, streams.spot(`btcusdt@${name}`)]),
  ),
  usdm: Object.fromEntries(
    ['depth@0ms', 'depth@100ms', 'bookTicker', 'trade', 'aggTrade', 'kline_1m'].map((name) => [
      name,
      streams.usdm(`btcusdt@${name}`),
    ]),
  ),
}
clock.advance(60_000)

/** Order of the fields too: some clients read frames by place. */
const order = (frame: object | undefined): string[] => Object.keys(frame ?? {})

describe.skipIf(!existsSync(recording('binance_spot')))(
  'frames have the fields of recorded ones (needs ../shared/data/orderbook)',
  () => {
    test.each([
      ['spot', 'binance_spot', 'depth@100ms'],
      ['spot', 'binance_spot', 'bookTicker'],
      ['spot', 'binance_spot', 'trade'],
      ['usdm', 'binanceusdm', 'depth@0ms'],
      ['usdm', 'binanceusdm', 'bookTicker'],
      ['usdm', 'binanceusdm', 'trade'],
    ] as const)('%s (%s): %s', async (kind, file, stream) => {
      const mine = ours[kind][stream] ?? []
      const theirs = await recorded(file, `btcusdt@${stream}`)
      expect(mine.length).toBeGreaterThan(10)
      expect(differences(mine, theirs)).toEqual([])
      expect(order(mine[0])).toEqual(order(theirs[0]))
    })
  },
)

describe.skipIf(!existsSync(CAPTURE))(
  'frames have the fields of captured ones (needs ../shared/data/exchange_captures)',
  () => {
    test.each([
      ['depthUpdate', 'depth@100ms'],
      ['bookTicker', 'bookTicker'],
      ['aggTrade', 'aggTrade'],
      ['kline', 'kline_1m'],
    ])('%s', (kind, stream) => {
      const mine = ours.usdm[stream] ?? []
      const theirs = captured(kind)
      expect(mine.length).toBeGreaterThan(10)
      expect(differences(mine, theirs)).toEqual([])
      expect(order(mine[0])).toEqual(order(theirs[0]))
      expect(order((mine[0] as { k?: object }).k)).toEqual(order((theirs[0] as { k?: object }).k))
    })
  },
)
