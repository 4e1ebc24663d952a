import type { CellSpec } from '../bench-case.ts'
import { differs } from './difference.ts'

/** Bars that case P8 makes. */
export const P8_BARS = ['1s', '1min', 'volume'] as const
export type P8Bar = (typeof P8_BARS)[number]

/** Columns of a bar that are compared, in order. */
export const P8_COLUMNS = ['open', 'high', 'low', 'close', 'volume', 'buyVolume', 'count'] as const

/** Lots of a volume bar. */
export const P8_LOTS = 100

/** What is right for a number of trades: the checksum of the trades, and for each kind of bar rows and CRC-32 of columns. */
interface P8Answer {
  readonly trades: string
  readonly bars: Readonly<Record<P8Bar, { readonly rows: number; readonly crcs: string }>>
}

/** Worked out with numba, pandas, polars and duckdb, which agree on a million trades to the last bit; twenty with numba. */
export const P8_ANSWERS: Readonly<Record<number, P8Answer>> = {
  1_000_000: {
    trades: 'f7d02859',
    bars: {
      '1s': { rows: 1_502, crcs: 'd693bc04 6a96ee5b 3367d181 b80b8026 dc2f9cd4 876f30c1 98b32eda' },
      '1min': { rows: 26, crcs: '392bdf23 b02f6c81 9db28ccc f03f45d1 02b4e08b 90c8a557 df77ac14' },
      volume: { rows: 505_490, crcs: '130e10a3 cc70de2d 938b4e80 8929765a 7ce8adfa cc3bac7c 23375895' },
    },
  },
  20_000_000: {
    trades: 'a24d32f9',
    bars: {
      '1s': { rows: 30_010, crcs: '675bb747 a3642b1e 30bbd510 d6cb9f91 7f1f9309 c2f6aeb6 b3d684ef' },
      '1min': { rows: 501, crcs: '5e79e1b0 a0b3d4bf ba13ca98 e45cf26e 6a772b93 151ae74b 7cec8240' },
      volume: { rows: 10_098_789, crcs: '3017ec0e 044a6cfb 63c1c235 bb49045d d26c092e e24f9cbe d026a0f5' },
    },
  },
}

/** Compares the fingerprints of a cell's bars with the right ones. */
export function p8Differences(
  cell: CellSpec,
  outcome: Readonly<Record<string, unknown>>,
  checksum: string,
): readonly string[] {
  const answer = P8_ANSWERS[cell.size]
  const right = answer?.bars[barOf(cell)]
  const crcs = right?.crcs.split(' ') ?? []
  return [
    ...differs('checksum of the trades', checksum, answer?.trades, 0),
    ...P8_COLUMNS.flatMap((name, k) => {
      const found = outcome[name] as { readonly rows?: number; readonly crc?: string } | undefined
      return [
        ...differs(`number of values of ${name}`, found?.rows, right?.rows, 0),
        ...differs(`CRC-32 of ${name}`, found?.crc, crcs[k], 0),
      ]
    }),
  ]
}

function barOf({ args = [] }: CellSpec): P8Bar {
  return args[args.indexOf('--bar') + 1] as P8Bar
}
