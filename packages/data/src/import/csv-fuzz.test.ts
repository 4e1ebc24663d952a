import fc from 'fast-check'
import { KestrelError } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import type { ImportedDataset } from '../dataset.ts'
import { assembleDatasets } from './assemble.ts'
import { readCsv } from './csv-reader.ts'
import type { ImportOptions } from './import-options.ts'
import { readJson, readNdjson } from './json-reader.ts'
import type { PlanOf } from './json-rows.ts'
import { resolveColumns } from './resolve-columns.ts'

/** Cases of the whole suite; this file has its share. */
const ALL_RUNS = Number(process.env['KESTREL_FUZZ_RUNS'] ?? 2_000)
/** The full size takes minutes. */
const LONGEST_MS = 900_000
const share = (part: number): number => Math.max(50, Math.floor(ALL_RUNS * part))

/** The importer without the disk: bytes in chunks of the given size, through the same readers as a file. */
async function importBytes(
  bytes: Uint8Array,
  options: ImportOptions,
  chunkBytes: number,
  form = 'csv',
): Promise<ImportedDataset[]> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
  }
  const planOf: PlanOf = ({ names, sample }) => resolveColumns({ file: 'f', names, sample }, options)
  const table =
    form === 'json'
      ? readJson('f', Buffer.from(bytes).toString('utf8'), planOf)
      : form === 'ndjson'
        ? await readNdjson('f', chunks(), planOf)
        : await readCsv({ file: 'f', chunks: chunks(), shareDone: () => 0, onRows: () => undefined, planOf })
  return assembleDatasets({ file: 'f', format: form, sha256: '', nameFacts: {}, table }, options)
}

/** Throws unless the dataset is what the lake may hold. */
function checkInvariants({ table, key }: ImportedDataset): void {
  if ('openTimeMs' in table) {
    const { openTimeMs, closeTimeMs, open, high, low, close, volume } = table
    for (let i = 0; i < open.length; i++) {
      const [o, h, l, c, v] = [open[i], high[i], low[i], close[i], volume[i]] as [
        number,
        number,
        number,
        number,
        number,
      ]
      const isSound = l > 0 && h < Infinity && l <= o && l <= c && h >= o && h >= c && v >= 0 && v < Infinity
      const isOrdered = i === 0 || (openTimeMs[i] as number) >= (closeTimeMs[i - 1] as number)
      if (!isSound || !isOrdered) throw new Error(`bar ${i} of ${key.instrument} was let through`)
    }
    return
  }
  const times = 'takerSide' in table ? table.tsEventUs : table.tsEventMs
  for (let i = 0; i < times.length; i++) {
    if (!Number.isSafeInteger(times[i]) || (i > 0 && (times[i] as number) < (times[i - 1] as number)))
      throw new Error(`row ${i} is out of order`)
  }
  const columns = 'takerSide' in table ? [table.price, table.quantity] : Object.values(table.values)
  for (const column of columns) if (!column.every(Number.isFinite)) throw new Error('a value is not finite')
}

async function acceptsOrRefuses(
  bytes: Uint8Array,
  options: ImportOptions,
  chunkBytes: number,
  form?: string,
): Promise<'accepted' | 'refused'> {
  try {
    for (const dataset of await importBytes(bytes, options, chunkBytes, form)) checkInvariants(dataset)
    return 'accepted'
  } catch (error) {
    if (KestrelError.isInstance(error)) return 'refused'
    throw error
  }
}

const T = 1_714_521_600_000
const validBars = fc
  .array(fc.tuple(fc.integer({ min: 2, max: 99_999 }), fc.nat(50), fc.nat(50), fc.nat(1000)), {
    minLength: 1,
    maxLength: 12,
  })
  .map((bars) => {
    const rows = bars.map(([low, up, more, volume], i) => {
      const price = (x: number): string => (x / 100).toFixed(2)
      return [T + i * 60_000, price(low + up), price(low + up + more), price(low), price(low + more), volume].join(',')
    })
    return `ts,open,high,low,close,volume\n${rows.join('\n')}\n`
  })
const validTrades = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 1, max: 999 }), fc.boolean()), {
    minLength: 1,
    maxLength: 12,
  })
  .map(
    (trades) =>
      `id,price,qty,time,is_buyer_maker\n${trades.map(([p, q, m], i) => [i, p / 10, q, T + i, m].join(',')).join('\n')}\n`,
  )

/** Texts that break importers: numbers of odd forms, times of other units, delimiters, quotes, line ends. */
const nasty = fc.constantFrom(
  '', '-', '0', '-1', 'NaN', 'Infinity', '1e999', '-1e999', '1e-400', '0x10', '1_000', '1,5', '.', '1.', '.5', '+1', '--1', 'null', 'true', '"', '""', '"a,b"', '\n', '\r', '\r\n',
  '\0', ',', ';', '\t', ' ', '1714521600', '1714521600000000', '1714521600000000000', '99999999999999999999', '1970-01-01', '2024-02-30', '2024-05-01T00:00:00Z', '\uFEFF', '\u{1F680}', 'ts', '9'.repeat(500),
) // prettier-ignore

/** A valid file with a few of its bytes replaced, removed or doubled, or with nasty text put in. */
const mutated = (valid: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(valid, fc.array(fc.tuple(fc.nat(), fc.nat(6), nasty, fc.nat(255)), { minLength: 1, maxLength: 4 }))
    .map(([text, edits]) => {
      let bytes = Buffer.from(text)
      for (const [where, how, insert, byte] of edits) {
        const at = where % (bytes.length + 1)
        const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
        if (how === 0) bytes = Buffer.concat([before, Buffer.from([byte]), after.subarray(1)])
        else if (how === 1) bytes = Buffer.concat([before, after.subarray(1 + (byte % 20))])
        else if (how === 2) bytes = Buffer.concat([before, after.subarray(0, byte), after])
        else if (how === 3) bytes = Buffer.from(before)
        else if (how === 4) {
          const end = after.findIndex((c) => c === 44 || c === 10)
          bytes = Buffer.concat([before, Buffer.from(insert), after.subarray(Math.max(0, end))])
        } else bytes = Buffer.concat([before, Buffer.from(insert), after])
      }
      return Uint8Array.from(bytes)
    })

const kinds = fc.constantFrom<ImportOptions>(
  { instrument: 'A-B.C' },
  { instrument: 'A-B.C', kind: 'bars', timeframe: '1m' },
  { instrument: 'A-B.C', kind: 'trades' },
  { instrument: 'A-B.C', kind: 'series', name: 's' },
  { instrument: 'A-B.C', kind: 'mark' },
  { instrument: 'A-B.C', kind: 'funding' },
  { instrument: 'A-B.C', columns: 'ts:ms,open,high,low,close,volume', timeframe: '1m' },
  { instrument: 'A-B.C', sparse: true, timeframe: '1s' },
)
const chunkSizes = fc.constantFrom(1, 7, 64, 65_536)

describe('CSV importer under fuzzing', () => {
  test('valid files are accepted in chunks of any size', { timeout: LONGEST_MS }, async () => {
    await fc.assert(
      fc.asyncProperty(validBars, validTrades, chunkSizes, async (bars, trades, size) => {
        const options = { instrument: 'A-B.C', timeframe: '1m' }
        expect(await acceptsOrRefuses(Buffer.from(bars), options, size)).toBe('accepted')
        expect(await acceptsOrRefuses(Buffer.from(trades), options, size)).toBe('accepted')
      }),
      { numRuns: share(0.05) },
    )
  })

  test('random bytes are refused or give sound data', { timeout: LONGEST_MS }, async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.array(nasty, { maxLength: 40 }).map((parts) => Buffer.from(parts.join(','))),
    )
    await fc.assert(
      fc.asyncProperty(bytes, kinds, chunkSizes, async (data, options, size) => {
        await acceptsOrRefuses(data, options, size)
      }),
      { numRuns: share(0.15) },
    )
  })

  test('damaged files of bars are refused or give sound data', { timeout: LONGEST_MS }, async () => {
    await fc.assert(
      fc.asyncProperty(mutated(validBars), kinds, chunkSizes, async (data, options, size) => {
        await acceptsOrRefuses(data, options, size)
      }),
      { numRuns: share(0.2) },
    )
  })

  test('damaged files of trades are refused or give sound data', { timeout: LONGEST_MS }, async () => {
    await fc.assert(
      fc.asyncProperty(mutated(validTrades), kinds, chunkSizes, async (data, options, size) => {
        await acceptsOrRefuses(data, options, size)
      }),
      { numRuns: share(0.1) },
    )
  })

  test('damaged JSON and NDJSON are refused or give sound data', { timeout: LONGEST_MS }, async () => {
    const rows = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 999 }), fc.nat(20)), { minLength: 1, maxLength: 6 })
      .map((list) =>
        list.map(([price, volume], i) => [T + i * 60_000, price, price + 2, String(price), price + 1, volume]),
      )
    const json = mutated(rows.map((list) => JSON.stringify(list)))
    const ndjson = mutated(rows.map((list) => list.map((row) => JSON.stringify(row)).join('\n')))
    await fc.assert(
      fc.asyncProperty(json, ndjson, kinds, chunkSizes, async (document, lines, options, size) => {
        await acceptsOrRefuses(document, options, size, 'json')
        await acceptsOrRefuses(lines, options, size, 'ndjson')
      }),
      { numRuns: share(0.05) },
    )
  })
})
