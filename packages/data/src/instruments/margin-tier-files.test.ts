import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { instrumentOf } from '@kestrel/core'
import { afterAll, describe, expect, test } from 'vitest'
import { findMarginTiers, listMarginTiers, readMarginTiers } from './margin-tier-files.ts'
import { findShippedInstrument } from './shipped-instruments.ts'

const folder = mkdtempSync(join(tmpdir(), 'kestrel-margin-tiers-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const tier = { floor: 0, cap: 1_000, maintenanceRate: 0.01, maxLeverage: 50 }
const next = { floor: 1_000, cap: 2_000, maintenanceRate: 0.02, maintenanceAmount: 10, maxLeverage: 25 }

function fileOf(tables: unknown): string {
  const path = join(folder, 'tiers.json')
  writeFileSync(path, JSON.stringify({ schemaVersion: 1, venue: 'TEST', asOf: '2026', tables }))
  return path
}

describe('shipped margin tiers', () => {
  test('every table is sound, names its source, and belongs to a shipped perpetual', () => {
    const tables = listMarginTiers()
    expect(tables.length).toBeGreaterThan(15)
    expect(new Set(tables.map((table) => table.id)).size).toBe(tables.length)
    for (const table of tables) {
      const spec = findShippedInstrument(table.id)
      expect(spec, table.id).toBeDefined()
      expect(instrumentOf(spec as NonNullable<typeof spec>).marginTiers).toBe(table.id)
      expect(table.source.length).toBeGreaterThan(20)
      expect(findMarginTiers(table.id)).toEqual(table)
    }
  })

  // Binance leverageBracket of BTCUSDT: 150x up to 300,000 at 0.4 %; 1x up to 1,800,000,000 at 50 %, cum 421,482,000.
  test('holds the brackets of bitcoin on Binance', () => {
    const table = findMarginTiers('BTC-USDT-PERP.BINANCE')
    expect(table?.tiers[0]).toMatchObject({ cap: 300_000, maintenanceRate: 0.004, maxLeverage: 150 })
    expect(table?.tiers.at(-1)).toMatchObject({ cap: 1.8e9, maintenanceRate: 0.5, maintenanceAmount: 421_482_000 })
  })

  test('inverse contracts count their tiers in the base currency, OKX in contracts', () => {
    expect(findMarginTiers('BTC-USD-PERP.BINANCE')?.tiers[0]).toMatchObject({ cap: 5, maintenanceRate: 0.004 })
    expect(findMarginTiers('BTC-USDT-PERP.OKX')?.measure).toBe('contracts')
    expect(findShippedInstrument('BTC-USD-PERP.BINANCE')).toMatchObject({ settlement: 'inverse', contractSize: 100 })
  })

  test('knows nothing of other instruments', () => {
    expect(findMarginTiers('BTC-USDT.BINANCE')).toBeUndefined()
    expect(findMarginTiers('BTC-USDT-PERP.NOWHERE')).toBeUndefined()
  })
})

describe('readMarginTiers', () => {
  test('reads the tables of a file', () => {
    const tables = readMarginTiers(fileOf([{ id: 'A-B-PERP.TEST', source: 'test', tiers: [tier, next] }]))
    expect(tables.get('A-B-PERP.TEST')?.tiers[0]?.maintenanceAmount).toBe(0)
  })

  test.each([
    [
      'a hole',
      [tier, { ...next, floor: 1_500 }],
      'A-B-PERP.TEST, tier 2: there is a hole between 1000 and its floor 1500',
    ],
    ['a wrong amount', [tier, { ...next, maintenanceAmount: 9 }], 'A-B-PERP.TEST, tier 2: its maintenance amount is 9'],
    ['no tier', [], 'A-B-PERP.TEST: it has no tier'],
    ['a field that is no number', [tier, { ...next, cap: 'x' }], 'A-B-PERP.TEST, tier 2, cap'],
    ['a field too many', [{ ...tier, color: 'red' }], 'A-B-PERP.TEST, tier 1'],
  ])('refuses %s, naming file, instrument and tier', (_what, tiers, place) => {
    const path = fileOf([{ id: 'A-B-PERP.TEST', source: 'test', tiers }])
    expect(() => readMarginTiers(path)).toThrow(
      expect.objectContaining({
        name: 'DataError',
        code: 'DATA_MARGIN_TIERS',
        message: expect.stringContaining(`${path} cannot be used: ${place}`),
      }),
    )
  })

  test('refuses a table that is there twice, and a file that is cut short', () => {
    const table = { id: 'A-B-PERP.TEST', source: 'test', tiers: [tier] }
    expect(() => readMarginTiers(fileOf([table, table]))).toThrow(/A-B-PERP.TEST: it is there twice/)
    const path = join(folder, 'cut.json')
    writeFileSync(path, '{"schemaVersion": 1, "tab')
    expect(() => readMarginTiers(path)).toThrow(expect.objectContaining({ code: 'DATA_MARGIN_TIERS' }))
  })
})
