/** P6 and P7 with trading-signals, which computes bar by bar in either case. */
import * as ts from 'trading-signals'
import { indicator, isSampled, measureIndicator, mode } from './p6-indicator.mjs'

const value = (result) => ({ value: result })
const times100 = (result) => ({ value: result * 100 })

/** How each is made, whether it takes candles, and what its result holds. */
const INDICATORS = {
  SMA: [() => new ts.SMA(30), 'close', value],
  EMA: [() => new ts.EMA(30), 'close', value],
  WMA: [() => new ts.WMA(30), 'close', value],
  DEMA: [() => new ts.DEMA(30), 'close', value],
  RSI: [() => new ts.RSI(14), 'close', value],
  MACD: [() => new ts.MACD(new ts.EMA(12), new ts.EMA(26), new ts.EMA(9)), 'close', (each) => each],
  BBANDS: [() => new ts.BollingerBands(20, 2), 'close', (each) => each],
  ATR: [() => new ts.ATR(14), 'candles', value],
  STOCH: [
    () => new ts.StochasticOscillator({ kPeriod: 5, kSlowingPeriod: 3, dPeriod: 3 }),
    'candles',
    ({ stochK, stochD }) => ({ k: stochK, d: stochD }),
  ],
  CCI: [() => new ts.CCI(14), 'candles', value],
  MFI: [() => new ts.MFI(14), 'candles', value],
  ROC: [() => new ts.ROC(10), 'close', times100],
  WILLR: [() => new ts.WilliamsR(14), 'candles', value],
  KAMA: [() => new ts.KAMA(30), 'close', value],
}

const [create, input, outputsOf] = INDICATORS[indicator]

/** Bar by bar, each result read. */
function stream(data) {
  const state = create()
  const inputs = data[input]
  const kept = []
  for (let i = 0; i < inputs.length; i++) {
    const result = state.add(inputs[i])
    if (isSampled(i)) kept.push(result)
  }
  return kept
}

const batch = (data) => create().updates(data[input], false)

await measureIndicator('trading-signals', mode === 'stream' ? stream : batch, (results) => {
  const kept = mode === 'stream' ? results : results.filter((_, bar) => isSampled(bar))
  const rows = kept.map((each) => outputsOf(each))
  return Object.fromEntries(Object.keys(rows[0]).map((name) => [name, rows.map((row) => row[name])]))
})
