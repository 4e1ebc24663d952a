import type { ColumnPlan } from './column-plan.ts'

/** One value per row for the instrument: a code into the list of texts. */
export interface LabelColumn {
  readonly label: string
  readonly codes: Uint32Array
  readonly texts: readonly string[]
}

/** Rows of one file in file order, decoded but not yet checked for sense. Every column has shape `[rows]`. */
export interface DecodedTable {
  readonly plan: ColumnPlan
  readonly rows: number
  /** Microseconds since the epoch. */
  readonly timeUs: Float64Array
  readonly knowableUs: Float64Array | undefined
  /** True where every time is a date without a time of day. */
  readonly isDated: boolean
  /** Values by the names of the plan. */
  readonly numbers: ReadonlyMap<string, Float64Array>
  /** 1 where the buyer took, -1 where the seller took. */
  readonly takerSide: Int8Array | undefined
  readonly labels: readonly LabelColumn[]
  /** For numeric columns read from text, a number of decimals that none of their values exceeds. */
  readonly mostDecimals?: ReadonlyMap<string, number>
  /** `line 17` or `row 17` for a row counted from 0. */
  readonly rowLabel: (row: number) => string
  /** What a reader of results should know of how the file was read. */
  readonly notes: readonly string[]
}
