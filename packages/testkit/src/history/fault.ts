/** A request as a fault schedule sees it. */
export interface SeenRequest {
  /** Counts all requests of the server, from 0. */
  readonly index: number
  /** Counts those of this path, from 0. */
  readonly ofPath: number
  readonly path: string
  readonly query: Readonly<Record<string, string>>
}

/**
 * What goes wrong with one request: an answer of its own, the right answer cut off in the middle or altered, a socket that
 * breaks before or inside the answer, or one that stays silent.
 */
export type Fault =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body: string
    }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'broken-answer' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'rows'; readonly change: <Row>(rows: readonly Row[]) => readonly Row[] }
