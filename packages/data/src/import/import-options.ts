import type { InstrumentId, Timeframe } from '@kestrel/core'
import type { DataKind } from '../dataset.ts'

/** Makes an instrument id from the values of the instrument columns of a row, by column name. */
export type InstrumentTemplate = string | ((labels: Readonly<Record<string, string>>) => InstrumentId)

export interface ImportProgress {
  readonly file: string
  /** Bytes of the file read so far, of `bytesTotal`. */
  readonly bytesDone: number
  readonly bytesTotal: number
  readonly rows: number
}

/** How to understand a file; everything left out is told from the file itself, and doubt is an error. */
export interface ImportOptions {
  readonly kind?: DataKind | undefined
  /** Whose data it is. With braces, such as `{coin}-USDT.{VENUE}`, it is an {@link instrumentTemplate}. */
  readonly instrument?: InstrumentId | undefined
  /** Length of a bar; by default the most common step between rows. */
  readonly timeframe?: Timeframe | undefined
  /** Columns that tell the instruments of a file apart; each instrument becomes a dataset of its own. */
  readonly instrumentColumns?: readonly string[] | undefined
  /**
   * Id of an instrument from the instrument columns: `{coin}` is the value, `{COIN}` the value in capitals. By default
   * from a venue and a symbol column.
   */
  readonly instrumentTemplate?: InstrumentTemplate | undefined
  /** Columns in file order: `ts:ms,open,high,low,close,volume`; `-` or `_` leaves one out. */
  readonly columns?: string | readonly string[] | undefined
  /** Name of a series in the lake; by default from the file's name. */
  readonly name?: string | undefined
  /** True where no row means that nothing traded. */
  readonly sparse?: boolean | undefined
  /** Price step and quantity step as decimal text; by default shipped, else inferred from the decimals of the data. */
  readonly tick?: string | undefined
  readonly lot?: string | undefined
  readonly takerFee?: number | undefined
  readonly makerFee?: number | undefined
  readonly contractSize?: number | undefined
  /** Terms of use, kept with the data. */
  readonly licence?: string | undefined
  /** Delay from the time of a series row until it could be known; by default 0, for bare dates the rest of the day. */
  readonly knowableDelayMs?: number | undefined
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined
  /** Aborting ends the import with the error `INTERRUPTED`. */
  readonly signal?: AbortSignal | undefined
}
