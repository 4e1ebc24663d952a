import type { ColumnPlan } from './column-plan.ts'
import type { DecodedTable, LabelColumn } from './decoded-table.ts'

/** Beyond this a file has no instruments but free text. */
const MOST_LABELS = 100_000

/** Collects rows of unknown number into columns that grow. One numeric slot per column of the file. */
export class TableBuilder {
  readonly plan: ColumnPlan
  /** Growing columns by position in the file; empty where the column is no number, time or side. */
  readonly slots: Float64Array[]
  /** Codes of label columns by position in the file. */
  readonly codes: Uint32Array[]
  rows = 0
  capacity = 0

  readonly #texts: string[][]
  readonly #codeOf: Map<string, number>[]

  constructor(plan: ColumnPlan) {
    this.plan = plan
    this.slots = plan.uses.map(() => new Float64Array(0))
    this.codes = plan.uses.map(() => new Uint32Array(0))
    this.#texts = plan.uses.map(() => [])
    this.#codeOf = plan.uses.map(() => new Map<string, number>())
  }

  /**
   * Makes room for `rows` rows in all.
   *
   * @param expected - Rows the whole file is likely to have, so that most files need one allocation.
   */
  reserve(rows: number, expected = 0): void {
    if (rows <= this.capacity) return
    const capacity = Math.max(rows, Math.min(expected, rows * 64), Math.ceil(this.capacity * 1.5), 1024)
    this.plan.uses.forEach(({ action }, i) => {
      if (action === 'skip') return
      if (action === 'label') {
        const grown = new Uint32Array(capacity)
        grown.set((this.codes[i] as Uint32Array).subarray(0, this.rows))
        this.codes[i] = grown
      } else {
        // On shared memory, so that bars which are in order become the result as they stand, without a copy.
        const grown = new Float64Array(new SharedArrayBuffer(capacity * Float64Array.BYTES_PER_ELEMENT))
        grown.set((this.slots[i] as Float64Array).subarray(0, this.rows))
        this.slots[i] = grown
      }
    })
    this.capacity = capacity
  }

  /** Code of a label text in column `index`; undefined where the column holds too many different texts. */
  codeOf(index: number, text: string): number | undefined {
    const known = (this.#codeOf[index] as Map<string, number>).get(text)
    if (known !== undefined) return known
    const texts = this.#texts[index] as string[]
    if (texts.length >= MOST_LABELS) return undefined
    this.#codeOf[index]?.set(text, texts.length)
    return texts.push(text) - 1
  }

  finish(facts: Pick<DecodedTable, 'isDated' | 'rowLabel' | 'notes' | 'mostDecimals'>): DecodedTable {
    const cut = (i: number): Float64Array => (this.slots[i] as Float64Array).subarray(0, this.rows)
    const numbers = new Map<string, Float64Array>()
    const labels: LabelColumn[] = []
    let timeUs: Float64Array = new Float64Array(0)
    let knowableUs: Float64Array | undefined
    let takerSide: Int8Array | undefined
    this.plan.uses.forEach((use, i) => {
      if (use.action === 'time') timeUs = cut(i)
      else if (use.action === 'knowable') knowableUs = cut(i)
      else if (use.action === 'number') numbers.set(use.name, cut(i))
      else if (use.action === 'side' || use.action === 'takerSign' || use.action === 'buyerIsMaker')
        takerSide = Int8Array.from(cut(i))
      else if (use.action === 'label') {
        const codes = (this.codes[i] as Uint32Array).subarray(0, this.rows)
        labels.push({ label: use.label, codes, texts: this.#texts[i] as string[] })
      }
    })
    return { plan: this.plan, rows: this.rows, timeUs, knowableUs, numbers, takerSide, labels, ...facts }
  }
}
