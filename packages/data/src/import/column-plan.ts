import type { DataKind } from '../dataset.ts'
import type { TimeUnit } from './time-scanner.ts'

/** What to do with one column of a file. */
export type ColumnUse =
  | { readonly action: 'skip' }
  | { readonly action: 'time' | 'knowable'; readonly unit: TimeUnit }
  /** A number that ends up as the value `name`: `open`, `price`, `rate`, or a column of a series. */
  | { readonly action: 'number'; readonly name: string }
  /** 1, -1 or 0: which side took, as the lake stores it; 0 where nobody knows. */
  | { readonly action: 'takerSign' }
  /** `buy` or `sell`: which side took. */
  | { readonly action: 'side' }
  /** `true` where the buyer was the maker, so that the seller took. */
  | { readonly action: 'buyerIsMaker' }
  /** Text that tells instruments apart; `label` is the name by which a template refers to it. */
  | { readonly action: 'label'; readonly label: string }

/** How the columns of one file are to be read. */
export interface ColumnPlan {
  readonly kind: DataKind
  /** One use per column of the file, in file order. */
  readonly uses: readonly ColumnUse[]
  /** Column names as messages show them: quoted names, or numbers where the file has none. */
  readonly shownNames: readonly string[]
  /** What was assumed, for the note of the source. */
  readonly notes: readonly string[]
}
