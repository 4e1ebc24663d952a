/** One named step of `npm run check`. */
export interface Check {
  /** Shown in the list, such as `types`. */
  readonly name: string
  /** What a failing step means, in half a sentence. */
  readonly about: string
  /**
   * Looks at the checkout.
   *
   * @param root - folder of the repository
   * @returns one text for each finding, most useful first; empty where all is well
   */
  readonly run: (root: string) => Promise<readonly string[]>
}

/** What became of one step. */
export interface CheckResult {
  readonly name: string
  readonly about: string
  readonly passed: boolean
  readonly elapsedMs: number
  readonly findings: readonly string[]
}
