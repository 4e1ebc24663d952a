import { CellReader, cellText } from './cell-reader.ts'
import type { ColumnPlan } from './column-plan.ts'
import type { DecodedTable } from './decoded-table.ts'
import { fileError } from './import-errors.ts'
import type { ColumnFacts } from './resolve-columns.ts'
import { TableBuilder } from './table-builder.ts'

export type PlanOf = (facts: Pick<ColumnFacts, 'names' | 'sample'>) => ColumnPlan

/** Reads rows of parsed JSON, objects or arrays alike, into columns; the first row decides which. */
export class JsonRows {
  readonly #file: string
  readonly #planOf: PlanOf
  readonly #unit: 'line' | 'row'
  #names: readonly string[] | undefined
  #width = 0
  #builder: TableBuilder | undefined
  #cells: CellReader | undefined
  #positions: number[] = []

  constructor(file: string, planOf: PlanOf, unit: 'line' | 'row', names?: readonly string[]) {
    this.#file = file
    this.#planOf = planOf
    this.#unit = unit
    this.#names = names
  }

  /** @param position - Line or row number from 1, for messages. */
  add(row: unknown, position: number): void {
    const cells = this.#cellsOf(row, position)
    const builder = (this.#builder ??= this.#begin(cells))
    builder.reserve(builder.rows + 1)
    const reader = this.#cells as CellReader
    const label = (): string => `${this.#unit} ${position}`
    for (let i = 0; i < this.#width; i++) reader.put(i, builder.rows, cells[i], label)
    if (this.#positions.length > 0 || position !== builder.rows + 1) this.#positions[builder.rows] = position
    builder.rows++
  }

  finish(): DecodedTable {
    const builder = this.#builder
    if (builder === undefined) throw fileError('IMPORT_EMPTY', this.#file, 'there are no rows.')
    return builder.finish({
      isDated: this.#cells?.isDated === true,
      rowLabel: (row) => `${this.#unit} ${this.#positions[row] ?? row + 1}`,
      notes: this.#cells?.timeNotes ?? [],
    })
  }

  #begin(cells: readonly unknown[]): TableBuilder {
    this.#width = cells.length
    const sample = cells.map(cellText)
    const builder = new TableBuilder(this.#planOf({ names: this.#names, sample }))
    this.#cells = new CellReader(this.#file, builder)
    return builder
  }

  #cellsOf(row: unknown, position: number): readonly unknown[] {
    if (Array.isArray(row)) {
      if (this.#builder !== undefined && row.length !== this.#width) {
        throw this.#shapeError(position, `has ${row.length} values, not ${this.#width}`)
      }
      return row as unknown[]
    }
    if (typeof row !== 'object' || row === null) throw this.#shapeError(position, 'is neither an object nor an array')
    const record = row as Record<string, unknown>
    if (this.#builder === undefined) this.#names = Object.keys(record)
    return (this.#names ?? []).map((name) => (Object.hasOwn(record, name) ? record[name] : undefined))
  }

  #shapeError(position: number, problem: string): Error {
    return fileError('IMPORT_JSON_ROW', `${this.#file}, ${this.#unit} ${position}`, `the row ${problem}.`)
  }
}
