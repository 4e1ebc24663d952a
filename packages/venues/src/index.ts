export { RETRY_POLICY, type RetryPolicy } from './ccxt/call-venue.ts'
export { ccxtHistorySource, type CcxtHistoryOptions } from './history/ccxt-history-source.ts'
export { VenueError } from './venue-error.ts'
