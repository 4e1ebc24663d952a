import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { runBacktest, runPicture } from '@kestrel/backtest'
import { configureStrategy } from '@kestrel/kernel'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { STRATEGIES } from '../../src/index.ts'
import { pictureInstrument } from './picture-market.ts'
import { PICTURE_RUNS } from './picture-runs.ts'

const PAGES = resolve(import.meta.dirname, '../../../../docs/strategies')
const MAX_BYTES = 40_000
/** What the schema of a parameter says that the page repeats. */
interface Field {
  readonly default: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly enum?: readonly string[]
}

const EACH = STRATEGIES.map((each) => [each.name, each] as const)

test.each(EACH)('the picture of %s is what its run gives', async (name, definition) => {
  const run = PICTURE_RUNS[name]
  if (run === undefined) return expect.fail(`${name} has no run in picture-runs.ts`)
  const market = run.market()
  const backtest = runBacktest(
    {
      instruments: [...market.keys()].map(pictureInstrument),
      timeframe: run.timeframe,
      strategies: [configureStrategy(definition, run.params)],
      cash: 10_000,
      funding: run.funding === undefined ? 'none' : 'auto',
    },
    {
      bars: (id, timeframe) => (timeframe === run.timeframe ? market.get(id) : undefined),
      funding: (id) => (id.includes('-PERP.') ? run.funding?.() : undefined),
    },
    { band: false },
  )
  // A picture without trades shows nothing.
  expect(backtest.base.fills.length).toBeGreaterThan(0)
  const svg = runPicture(backtest, { isSynthetic: true, ...run.picture })
  expect(Buffer.byteLength(svg)).toBeLessThan(MAX_BYTES)
  await expect(svg).toMatchFileSnapshot(join(PAGES, 'pictures', `${name}.svg`))
})

test.each(EACH)('the page of %s shows the picture and every parameter', (name, definition) => {
  const path = join(PAGES, `${name}.md`)
  expect(existsSync(path), `${path} is missing`).toBe(true)
  const page = readFileSync(path, 'utf8')
  expect(page).toContain(`](pictures/${name}.svg)`)
  expect(page).toContain('## What it gets wrong')
  const rows = new Map(
    [...page.matchAll(/^\| `(\w+)` \|(.*?)\|(.*?)\| /gm)].map(([, parameter = '', value = '', bounds = '']) => {
      return [parameter, { value: value.replaceAll(/[`, ]/g, ''), bounds: bounds.replaceAll(/[`, ]/g, '') }] as const
    }),
  )
  const { properties = {} } = z.toJSONSchema(definition.params, { io: 'input' })
  expect([...rows.keys()].toSorted()).toEqual(Object.keys(properties).toSorted())
  for (const [parameter, { value, bounds }] of rows) {
    const { default: usual, minimum, maximum, enum: choices } = properties[parameter] as Field
    expect(value, `default of ${parameter}`).toBe(String(usual))
    if (minimum !== undefined) expect(bounds, `bounds of ${parameter}`).toBe(`${minimum}to${maximum}`)
    if (choices !== undefined) expect(bounds, `choices of ${parameter}`).toBe(choices.join(''))
  }
})
