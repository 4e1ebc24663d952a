import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Golden files of QuantConnect/Lean, Tests/TestData (Apache-2.0): SPY bars with values computed by other tools. */
const FOLDER = join(import.meta.dirname, '../../../../shared/data/golden/lean')

export const hasGolden = existsSync(FOLDER)

export interface GoldenFile {
  /** Columns by position, NaN where a cell is empty. The first, the date, is all NaN. */
  readonly columns: readonly Float64Array[]
  /** Half a unit of the last printed digit of each cell. */
  readonly halfUnits: readonly Float64Array[]
}

/** Read a file, leaving out a last row whose indicator cells are empty (an unfinished day in some files). */
export function readGolden(name: string): GoldenFile {
  const rows = readFileSync(join(FOLDER, name), 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(','))
    .filter((cells) => cells.length > 1)
  const last = rows.at(-1) ?? []
  const complete = last.at(-1) === '' ? rows.slice(0, -1) : rows
  const pick = (parse: (text: string) => number): Float64Array[] =>
    last.map((_, k) => Float64Array.from(complete, (cells) => parse(cells[k] ?? '')))
  return { columns: pick((text) => (text === '' ? Number.NaN : Number(text))), halfUnits: pick(halfUnitOf) }
}

/** Half a unit of the last printed digit: 0.005 for `1.25`, 500,000 for `1.23E+08`. */
function halfUnitOf(text: string): number {
  const [mantissa = '', exponent = '0'] = text.split('E')
  const decimals = mantissa.split('.')[1]?.length ?? 0
  return 0.5 * 10 ** (Number(exponent) - decimals)
}
