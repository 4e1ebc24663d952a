/** Something that moves a market by itself until it is stopped. */
export interface MarketFlow {
  stop(): void
}

/** Several flows as one. */
export function joinFlows(flows: readonly MarketFlow[]): MarketFlow {
  return {
    stop() {
      for (const flow of flows) flow.stop()
    },
  }
}
