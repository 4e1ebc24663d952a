import type { Desk, MarketDesks } from '../market-desk.ts'

/** Sends one payload to everybody who subscribed to the stream. */
type Publish = (payload: object) => void

/** Begins to publish a stream; the answer ends it. A source runs only while somebody listens. */
export type StreamSource = (publish: Publish) => () => void

/** Where a stream comes from. */
export interface SourceContext {
  readonly desks: MarketDesks
  readonly desk: Desk
}
