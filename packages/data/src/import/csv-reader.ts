import type { ColumnPlan } from './column-plan.ts'
import { sniffCsv } from './csv-dialect.ts'
import { CsvRows } from './csv-rows.ts'
import type { DecodedTable } from './decoded-table.ts'
import { fileError } from './import-errors.ts'
import type { ColumnFacts } from './resolve-columns.ts'

const LF = 10
/** Bytes looked at to tell delimiter and header. */
const HEAD_BYTES = 1 << 16
/** Longest line; a longer one is no row of market data. */
const LONGEST_LINE = 1 << 20

export interface TextStream {
  /** Name of the file for messages. */
  readonly file: string
  readonly chunks: AsyncIterable<Uint8Array>
  /** Share of the bytes read so far, 0 to 1, for an estimate of the rows to come. */
  readonly shareDone: () => number
  /** Called after each block with the rows so far. */
  readonly onRows: (rows: number) => void
  /** Decides the use of each column once header and first row are known. */
  readonly planOf: (facts: Pick<ColumnFacts, 'names' | 'sample'>) => ColumnPlan
}

/**
 * Reads delimited text: delimiter, banner lines and header are told from the first 64 KiB.
 *
 * @throws DataError for a file that is no CSV, and for the first row that cannot be read. O(bytes) time; memory is the
 *   decoded columns and two blocks of text.
 */
export async function readCsv(stream: TextStream): Promise<DecodedTable> {
  const reader = new BlockReader(stream)
  for await (const chunk of stream.chunks) reader.push(chunk)
  return reader.finish()
}

/** Cuts chunks into whole lines and hands them to the row parser. */
class BlockReader {
  readonly #stream: TextStream
  /** Bytes not yet parsed: `#pending[0..#length)`. */
  #pending = new Uint8Array(2 * LONGEST_LINE)
  #length = 0
  /** Where the data begin in `#pending`; above 0 only until the first rows are parsed. */
  #start = 0
  #rows: CsvRows | undefined

  constructor(stream: TextStream) {
    this.#stream = stream
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at += LONGEST_LINE) {
      const part = chunk.subarray(at, at + LONGEST_LINE)
      this.#pending.set(part, this.#length)
      this.#length += part.length
      if (this.#rows !== undefined || this.#length >= HEAD_BYTES) this.#parseLines()
    }
  }

  finish(): DecodedTable {
    const isCut = this.#length > 0 && this.#pending[this.#length - 1] !== LF
    const lastLine = this.#pending.subarray(0, this.#length).lastIndexOf(LF) + 1
    if (isCut) this.#pending[this.#length++] = LF
    if (this.#rows === undefined && this.#length > 0) this.#begin()
    if (isCut && lastLine > this.#start) this.#parse(lastLine)
    this.#parseCut(isCut)
    const rows = this.#rows
    if (rows === undefined || rows.builder.rows === 0) {
      throw fileError('IMPORT_EMPTY', this.#stream.file, 'there are no rows.')
    }
    return rows.builder.finish({
      isDated: rows.cells.isDated,
      rowLabel: (row) => `line ${rows.lineOf(row)}`,
      mostDecimals: rows.mostDecimals(),
      notes: [...(isCut ? ['the last line has no line end'] : []), ...rows.cells.timeNotes],
    })
  }

  /** Parses what is left; a last line without line end that cannot be read is most likely a file not written out. */
  #parseCut(isCut: boolean): void {
    try {
      this.#parse(this.#length)
    } catch (error) {
      if (!isCut) throw error
      throw fileError(
        'IMPORT_HALF_WRITTEN',
        this.#stream.file,
        `the last row (line ${this.#rows?.lineOf(this.#rows.builder.rows)}) is cut off: the file was not written to its end.`,
        'Fetch or export the file again, or remove its last line.',
        error,
      )
    }
  }

  #parseLines(): void {
    const end = this.#pending.subarray(0, this.#length).lastIndexOf(LF) + 1
    if (end === 0) {
      if (this.#length < LONGEST_LINE) return
      throw fileError('IMPORT_LINE_TOO_LONG', this.#stream.file, 'a line is longer than 1 MiB.', 'This is no CSV file.')
    }
    if (this.#rows === undefined) this.#begin()
    this.#parse(end)
  }

  /** Parses the lines up to `end` and moves the rest to the front. */
  #parse(end: number): void {
    const rows = this.#rows
    if (rows === undefined || end <= this.#start) return
    rows.parse(this.#pending, this.#start, end, this.#stream.shareDone())
    this.#pending.copyWithin(0, end, this.#length)
    this.#length -= end
    this.#start = 0
    this.#stream.onRows(rows.builder.rows)
  }

  /** Tells the dialect and where the data begin. */
  #begin(): void {
    const { file, planOf } = this.#stream
    const dialect = sniffCsv(file, this.#pending.subarray(0, Math.min(this.#length, HEAD_BYTES)))
    this.#rows = new CsvRows(file, planOf(dialect), dialect.delimiter, dialect.dataLine)
    this.#start = dialect.dataStart
  }
}
