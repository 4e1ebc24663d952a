/**
 * One of two indices without a branch: `then` where `isThen`, else `now`.
 *
 * Extremes of prices are new ones about as often as not, and a mispredicted branch costs more than all of this.
 */
export function selectIndex(now: number, then: number, isThen: boolean): number {
  return now ^ ((now ^ then) & -Number(isThen))
}
