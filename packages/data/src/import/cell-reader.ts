import type { ColumnUse } from './column-plan.ts'
import { decimalOf } from './decimal-scanner.ts'
import { isoTime } from '@kestrel/core'
import { cellError } from './import-errors.ts'
import type { TableBuilder } from './table-builder.ts'
import { likelyUnit, TimeScanner } from './time-scanner.ts'

const SIDES: ReadonlyMap<string, number> = new Map([
  ['buy', 1], ['b', 1], ['bid', 1], ['long', 1], ['1', 1], ['+1', 1],
  ['sell', -1], ['s', -1], ['ask', -1], ['a', -1], ['short', -1], ['-1', -1],
]) // prettier-ignore

/** Where the buyer was the maker, the seller took. */
const MAKER_FLAGS: ReadonlyMap<string, number> = new Map([
  ['true', -1], ['t', -1], ['1', -1], ['yes', -1],
  ['false', 1], ['f', 1], ['0', 1], ['no', 1],
]) // prettier-ignore

/** The lake's own numbers, the only ones among which 0 means that the side is unknown. */
const TAKER_SIGNS: ReadonlyMap<string, number> = new Map([['1', 1], ['+1', 1], ['-1', -1], ['0', 0]]) // prettier-ignore

const SIDE_TEXTS = {
  side: { values: SIDES, wanted: 'buy or sell' },
  buyerIsMaker: { values: MAKER_FLAGS, wanted: 'true or false' },
  takerSign: { values: TAKER_SIGNS, wanted: '1, -1 or 0' },
} as const

const UNIT_WORDS = { s: 'seconds', ms: 'milliseconds', us: 'microseconds', ns: 'nanoseconds' } as const

/** Reads single cells of text or JSON into the columns of a table; every refusal names file, row and column. */
export class CellReader {
  readonly #file: string
  readonly #builder: TableBuilder
  readonly #scanners: TimeScanner[]

  constructor(file: string, builder: TableBuilder) {
    this.#file = file
    this.#builder = builder
    this.#scanners = builder.plan.uses.map(
      (use) => new TimeScanner(use.action === 'time' || use.action === 'knowable' ? use.unit : 'auto'),
    )
  }

  /** The scanner of a time column, so that all its cells share one memory of dates seen. */
  scannerOf(index: number): TimeScanner {
    return this.#scanners[index] as TimeScanner
  }

  /** True where the time column holds dates only. */
  get isDated(): boolean {
    const index = this.#builder.plan.uses.findIndex((use) => use.action === 'time')
    const scanner = this.#scanners[index]
    return scanner !== undefined && scanner.sawDate && !scanner.sawInstant
  }

  /** What the reader of a file should hear of its times: rows in several units are each read by their size. */
  get timeNotes(): string[] {
    return this.#builder.plan.uses.flatMap(({ action }, i) => {
      const units = this.scannerOf(i).epochUnits
      if (action !== 'time' || units.length < 2) return []
      return [`times are in ${units.map((unit) => UNIT_WORDS[unit]).join(' and ')}, each row read by its size`]
    })
  }

  /**
   * Puts the cell of `column` into the row `row`, for which there is room.
   *
   * @param position - `line 17` or `row 17`, for the error.
   * @throws DataError `IMPORT_NUMBER`, `IMPORT_TIME`, `IMPORT_TIME_UNIT`, `IMPORT_SIDE`, `IMPORT_LABEL`.
   */
  put(column: number, row: number, cell: unknown, position: () => string): void {
    const use = this.#builder.plan.uses[column] as ColumnUse
    if (use.action === 'skip') return
    if (use.action === 'number' && typeof cell === 'number' && Number.isFinite(cell)) {
      ;(this.#builder.slots[column] as Float64Array)[row] = cell
      return
    }
    const text = cellText(cell)
    if (use.action === 'label') {
      const code = text === '' ? undefined : this.#builder.codeOf(column, text)
      if (code === undefined) throw this.#fault('IMPORT_LABEL', column, text, position, 'names no instrument')
      ;(this.#builder.codes[column] as Uint32Array)[row] = code
      return
    }
    const value = this.#valueOf(use, column, text, position)
    ;(this.#builder.slots[column] as Float64Array)[row] = value
  }

  #valueOf(use: ColumnUse, column: number, text: string, position: () => string): number {
    switch (use.action) {
      case 'time':
      case 'knowable':
        return this.#timeOf(use.unit, column, text, position)
      case 'side':
      case 'takerSign':
      case 'buyerIsMaker': {
        const { values, wanted } = SIDE_TEXTS[use.action]
        const side = values.get(text.toLowerCase())
        if (side === undefined) throw this.#fault('IMPORT_SIDE', column, text, position, `is not ${wanted}`)
        return side
      }
      default: {
        const value = decimalOf(text)
        if (Number.isFinite(value)) return value
        const problem = text === '' ? 'is empty' : Number.isNaN(value) ? 'is not a number' : 'is larger than any number'
        const hint = /^-?\d+,\d+$/.test(text)
          ? 'A decimal comma is not understood: export with decimal points.'
          : undefined
        throw this.#fault('IMPORT_NUMBER', column, text, position, problem, hint)
      }
    }
  }

  #timeOf(unit: string, column: number, text: string, position: () => string): number {
    const scanner = this.scannerOf(column)
    const bytes = Buffer.from(text, 'latin1')
    const out = new Float64Array(1)
    if (scanner.read(bytes, 0, bytes.length, out, 0) === bytes.length) return out[0] as number
    const epoch = decimalOf(text)
    const likely = likelyUnit(epoch)
    if (likely !== undefined && unit in UNIT_WORDS) {
      const asRead = epochInMs(epoch, unit as keyof typeof UNIT_WORDS)
      const shown = Math.abs(asRead) < 8.64e15 ? `, which is ${isoTime(Math.trunc(asRead))}` : ''
      throw this.#fault(
        'IMPORT_TIME_UNIT',
        column,
        text,
        position,
        `was read in ${UNIT_WORDS[unit as keyof typeof UNIT_WORDS]}${shown}; it looks like ${UNIT_WORDS[likely]}`,
        `State the unit as ${likely}, for example --columns ts:${likely},open,high,low,close,volume.`,
      )
    }
    throw this.#fault(
      'IMPORT_TIME',
      column,
      text,
      position,
      text === '' ? 'is empty' : 'is not a time between 1980 and 2100',
      'Times are epoch numbers (s, ms, us or ns) or ISO 8601 in UTC: 2024-05-01T00:00:00Z.',
    )
  }

  #fault(code: string, column: number, text: string, position: () => string, problem: string, hint?: string): Error {
    const name = this.#builder.plan.shownNames[column] ?? String(column + 1)
    return cellError({
      code,
      file: this.#file,
      position: position(),
      column: name,
      text,
      problem,
      ...(hint === undefined ? {} : { hint }),
    })
  }
}

function epochInMs(value: number, unit: keyof typeof UNIT_WORDS): number {
  return { s: value * 1e3, ms: value, us: value / 1e3, ns: value / 1e6 }[unit]
}

/** A cell as text: numbers as they print, absent values as empty text. */
export function cellText(cell: unknown): string {
  if (typeof cell === 'string') return cell.trim()
  if (cell === null || cell === undefined) return ''
  if (typeof cell === 'number' || typeof cell === 'bigint' || typeof cell === 'boolean') return String(cell)
  return JSON.stringify(cell) ?? ''
}
