import { CellReader } from './cell-reader.ts'
import type { ColumnPlan } from './column-plan.ts'
import { splitLine } from './csv-dialect.ts'
import { DecimalScanner } from './decimal-scanner.ts'
import { fileError, shownText } from './import-errors.ts'
import { TableBuilder } from './table-builder.ts'
import type { TimeScanner } from './time-scanner.ts'
import { TokenCache } from './token-cache.ts'

const LF = 10
const CR = 13
const QUOTE = 34

/** Column uses as small integers for the inner loop. */
const SKIP = 0
const NUMBER = 1
const TIME = 2
const OTHER = 3

const ACTION_CODES: Readonly<Record<string, number>> = { skip: SKIP, number: NUMBER, time: TIME, knowable: TIME }

/**
 * Parses rows of delimited text straight from bytes into growing columns, without an object or string per row.
 *
 * The inner loop reads plain numbers and times; anything else (quotes, spaces, sides, labels, and everything wrong)
 * goes field by field through {@link CellReader}, which also writes the errors.
 */
export class CsvRows {
  readonly builder: TableBuilder
  readonly cells: CellReader

  readonly #file: string
  readonly #delimiter: number
  readonly #delimiterText: string
  readonly #codes: Uint8Array
  readonly #times: TimeScanner[]
  readonly #decimals: DecimalScanner[]
  /** Line of the row about to be read, less its row number: changes where a line is blank. */
  #lineOffset: number
  readonly #offsetRows: number[] = [0]
  readonly #offsets: number[]
  /** True once a number went the slow way, so that its decimals were not counted. */
  #sawSlowNumber = false
  /** Share of the file that was parsed before. */
  #share = 0
  /** Texts of side and label columns. */
  readonly #tokens: (TokenCache | undefined)[]

  constructor(file: string, plan: ColumnPlan, delimiter: string, firstLine: number) {
    this.#file = file
    this.builder = new TableBuilder(plan)
    this.cells = new CellReader(file, this.builder)
    this.#delimiterText = delimiter
    this.#delimiter = delimiter.charCodeAt(0)
    this.#codes = Uint8Array.from(plan.uses, ({ action }) => ACTION_CODES[action] ?? OTHER)
    this.#decimals = plan.uses.map(() => new DecimalScanner())
    this.#times = plan.uses.map((_, i) => this.cells.scannerOf(i))
    this.#lineOffset = firstLine
    this.#offsets = [firstLine]
    this.#tokens = [...this.#codes].map((code) => (code === OTHER ? new TokenCache() : undefined))
  }

  /** For each numeric column, a number of decimals that none of its values exceeds. */
  mostDecimals(): Map<string, number> {
    const known = new Map<string, number>()
    this.builder.plan.uses.forEach((use, i) => {
      if (use.action === 'number' && !this.#sawSlowNumber) known.set(use.name, this.#decimals[i]?.mostDecimals ?? 0)
    })
    return known
  }

  /** Line number, from 1, of a row. */
  lineOf(row: number): number {
    let low = 0
    let high = this.#offsetRows.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.#offsetRows[middle] as number) <= row) low = middle
      else high = middle - 1
    }
    return row + (this.#offsets[low] as number)
  }

  /**
   * Parses the whole lines in `bytes[start..end)`; the last byte is a line end.
   *
   * @param share - Share of the file that is read up to `end`, 0 to 1, for an estimate of its rows; 0 where unknown.
   * @throws DataError for the first field that cannot be read.
   */
  parse(bytes: Uint8Array, start: number, end: number, share: number): void {
    const { builder } = this
    const width = this.#codes.length
    let { slots, capacity } = builder
    const codes = this.#codes
    const decimals = this.#decimals
    const delimiter = this.#delimiter
    const last = width - 1
    let row = builder.rows
    let pos = start
    while (pos < end) {
      const lineStart = pos
      let c = bytes[pos] as number
      if (c === LF || c === CR) {
        const after = c === LF ? pos + 1 : bytes[pos + 1] === LF ? pos + 2 : pos
        if (after > pos) {
          this.#skipLine(row)
          pos = after
          continue
        }
      }
      if (row === capacity) {
        builder.rows = row
        const done = this.#share + ((share - this.#share) * (pos - start)) / (end - start)
        builder.reserve(row + 1, done > 0 ? Math.ceil((1.05 * row) / done) : 0)
        ;({ slots, capacity } = builder)
      }
      for (let f = 0; f < width; f++) {
        const from = pos
        const code = codes[f] as number
        if (code === NUMBER) pos = (decimals[f] as DecimalScanner).read(bytes, pos, slots[f] as Float64Array, row)
        else if (code === TIME)
          pos = (this.#times[f] as TimeScanner).read(bytes, pos, end, slots[f] as Float64Array, row)
        else if (code === SKIP) {
          for (c = bytes[pos] as number; c !== delimiter && c !== LF && c !== QUOTE; c = bytes[pos] as number) pos++
        } else {
          builder.rows = row
          pos = this.#putField(bytes, pos, end, f, row, lineStart)
          continue
        }
        // Infinity passes here and is refused with the other values that make no sense.
        c = pos < 0 ? 0 : (bytes[pos] as number)
        if (f === last ? c === LF || (c === CR && bytes[pos + 1] === LF) : c === delimiter) pos += c === CR ? 2 : 1
        else {
          builder.rows = row
          pos = this.#putField(bytes, from, end, f, row, lineStart)
        }
      }
      row++
    }
    builder.rows = row
    this.#share = share
  }

  /** Counts a blank line. */
  #skipLine(row: number): void {
    this.#lineOffset++
    if (this.#offsetRows.at(-1) === row) this.#offsets[this.#offsets.length - 1] = this.#lineOffset
    else {
      this.#offsetRows.push(row)
      this.#offsets.push(this.#lineOffset)
    }
  }

  /** Reads one field the slow way; returns the start of the next. */
  #putField(bytes: Uint8Array, start: number, limit: number, field: number, row: number, lineStart: number): number {
    this.#sawSlowNumber ||= this.#codes[field] === NUMBER
    let p = start
    let isQuoted = false
    for (; p < limit; p++) {
      const c = bytes[p] as number
      if (c === LF) break
      if (c === QUOTE) isQuoted = !isQuoted
      else if (c === this.#delimiter && !isQuoted) break
    }
    const isLineEnd = bytes[p] === LF
    const isLast = field === this.#codes.length - 1
    if (isQuoted || isLineEnd !== isLast) throw this.#shapeError(bytes, lineStart, row, isQuoted)
    const fieldEnd = isLineEnd && p > start && bytes[p - 1] === CR ? p - 1 : p
    const token = this.#tokens[field]
    const isLabel = this.builder.plan.uses[field]?.action === 'label'
    const column = (isLabel ? this.builder.codes[field] : this.builder.slots[field]) as Uint32Array | Float64Array
    const known = token === undefined ? TokenCache.UNKNOWN : token.find(bytes, start, fieldEnd)
    if (known !== TokenCache.UNKNOWN) column[row] = known
    else {
      const raw = Buffer.from(bytes.buffer, bytes.byteOffset + start, fieldEnd - start).toString('utf8')
      const text = raw.includes('"') ? (splitLine(raw, this.#delimiterText)[0] ?? '') : raw
      this.cells.put(field, row, text, () => `line ${this.lineOf(row)}`)
      token?.put(bytes, start, fieldEnd, column[row] as number)
    }
    return p + 1
  }

  #shapeError(bytes: Uint8Array, lineStart: number, row: number, isQuoted: boolean): Error {
    const lineEnd = bytes.indexOf(LF, lineStart)
    const line = Buffer.from(bytes.buffer, bytes.byteOffset + lineStart, lineEnd - lineStart).toString('utf8')
    const position = `line ${this.lineOf(row)}`
    if (isQuoted) {
      return fileError('IMPORT_QUOTE', `${this.#file}, ${position}`, `a quote is not closed in ${shownText(line)}.`)
    }
    const found = splitLine(line, this.#delimiterText).length
    return fileError(
      'IMPORT_FIELDS',
      `${this.#file}, ${position}`,
      `${shownText(line)} has ${found} fields, not ${this.#codes.length}.`,
      'A row was cut or has a stray delimiter; repair or remove it.',
    )
  }
}
