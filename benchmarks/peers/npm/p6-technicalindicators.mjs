/** P6 and P7 with technicalindicators: its `calculate` and its `nextValue`. */
import * as ti from 'technicalindicators'
import { indicator, isSampled, measureIndicator, mode } from './p6-indicator.mjs'

const value = (result) => ({ value: result })
const MACD = { fastPeriod: 12, slowPeriod: 26, signalPeriod: 9, SimpleMAOscillator: false, SimpleMASignal: false }

/** The class, its options, the names of its inputs, and what a result holds. */
const INDICATORS = {
  SMA: [ti.SMA, { period: 30 }, ['values'], value],
  EMA: [ti.EMA, { period: 30 }, ['values'], value],
  WMA: [ti.WMA, { period: 30 }, ['values'], value],
  RSI: [ti.RSI, { period: 14 }, ['values'], value],
  MACD: [ti.MACD, MACD, ['values'], ({ MACD: macd, signal, histogram }) => ({ macd, signal, histogram })],
  BBANDS: [ti.BollingerBands, { period: 20, stdDev: 2 }, ['values'], (each) => each],
  ATR: [ti.ATR, { period: 14 }, ['high', 'low', 'close'], value],
  ADX: [ti.ADX, { period: 14 }, ['high', 'low', 'close'], ({ adx }) => ({ value: adx })],
  CCI: [ti.CCI, { period: 14 }, ['high', 'low', 'close'], value],
  ROC: [ti.ROC, { period: 10 }, ['values'], value],
  WILLR: [ti.WilliamsR, { period: 14 }, ['high', 'low', 'close'], value],
  STDDEV: [ti.SD, { period: 5 }, ['values'], value],
}

const [Indicator, options, inputs, outputsOf] = INDICATORS[indicator]
const columnsOf = (data, names) =>
  Object.fromEntries(names.map((name) => [name, name === 'values' ? data.close : data[name]]))

function stream(data) {
  const empty = Object.fromEntries(inputs.map((name) => [name, []]))
  const state = new Indicator({ ...options, ...empty })
  const single = inputs[0] === 'values' ? data.close : data.candles
  const kept = []
  for (let i = 0; i < single.length; i++) {
    const result = state.nextValue(single[i])
    if (isSampled(i)) kept.push(result)
  }
  return kept
}

const batch = (data) => Indicator.calculate({ ...options, ...columnsOf(data, inputs) })

await measureIndicator('technicalindicators', mode === 'stream' ? stream : batch, (results, bars) => {
  // A column of results begins where the indicator does, so that its end is the last bar.
  const kept = mode === 'stream' ? results : results.filter((_, i) => isSampled(i + bars - results.length))
  const rows = kept.map((each) => outputsOf(each))
  return Object.fromEntries(Object.keys(rows[0]).map((name) => [name, rows.map((row) => row[name])]))
})
