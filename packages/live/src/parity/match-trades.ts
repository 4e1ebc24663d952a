import type { RoundTrip } from '@kestrel/kernel'

/** A trade of the session beside one of the backtest; one of them is undefined where the other stands alone. */
export interface TradePair {
  readonly session: RoundTrip | undefined
  readonly backtest: RoundTrip | undefined
}

/**
 * Pairs trades of a session with those of a backtest: of the same instrument, strategy and direction, each at most once, in
 * order, with entries at most `toleranceMs` apart; as many as can be, and among those the ones nearest in time.
 *
 * O(n * m) for the n and m trades of one instrument, strategy and direction.
 */
export function matchTrades(
  session: readonly RoundTrip[],
  backtest: readonly RoundTrip[],
  toleranceMs: number,
): TradePair[] {
  const keys = new Set([...session, ...backtest].map(keyOf))
  return [...keys]
    .sort()
    .flatMap((key) =>
      align(
        session.filter((each) => keyOf(each) === key),
        backtest.filter((each) => keyOf(each) === key),
        toleranceMs,
      ),
    )
    .sort((a, b) => entryOf(a) - entryOf(b))
}

function keyOf({ instrumentId, strategy, direction }: RoundTrip): string {
  return `${instrumentId} ${strategy} ${direction}`
}

export function entryOf({ session, backtest }: TradePair): number {
  return Math.min(session?.entryTimeMs ?? Infinity, backtest?.entryTimeMs ?? Infinity)
}

/** The alignment of two sequences with the most pairs, then the least distance. */
function align(ours: readonly RoundTrip[], theirs: readonly RoundTrip[], toleranceMs: number): TradePair[] {
  const width = theirs.length + 1
  // Pairs count far more than any distance, so one number orders both.
  const pairWorth = (toleranceMs + 1) * (Math.min(ours.length, theirs.length) + 1)
  const best = new Float64Array((ours.length + 1) * width)
  const worth = (i: number, j: number): number => {
    const apart = Math.abs((ours[i] as RoundTrip).entryTimeMs - (theirs[j] as RoundTrip).entryTimeMs)
    return apart <= toleranceMs ? pairWorth - apart : -Infinity
  }
  for (let i = ours.length - 1; i >= 0; i--) {
    for (let j = theirs.length - 1; j >= 0; j--) {
      best[i * width + j] = Math.max(
        best[(i + 1) * width + j] as number,
        best[i * width + j + 1] as number,
        worth(i, j) + (best[(i + 1) * width + j + 1] as number),
      )
    }
  }
  const pairs: TradePair[] = []
  let [i, j] = [0, 0]
  while (i < ours.length && j < theirs.length) {
    const here = best[i * width + j]
    if (here === worth(i, j) + (best[(i + 1) * width + j + 1] as number)) {
      pairs.push({ session: ours[i++], backtest: theirs[j++] })
    } else if (here === best[(i + 1) * width + j]) pairs.push({ session: ours[i++], backtest: undefined })
    else pairs.push({ session: undefined, backtest: theirs[j++] })
  }
  while (i < ours.length) pairs.push({ session: ours[i++], backtest: undefined })
  while (j < theirs.length) pairs.push({ session: undefined, backtest: theirs[j++] })
  return pairs
}
