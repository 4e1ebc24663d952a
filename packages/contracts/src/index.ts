export {
  type Identity,
  identitySchema,
  type LoginRequest,
  loginRequestSchema,
  type Role,
  roleSchema,
} from './access.ts'
export {
  type ActionEffect,
  actionEffectSchema,
  type ActionName,
  actionNameSchema,
  type ActionRequest,
  actionRequestSchema,
  type ActionResult,
  actionResultSchema,
  idempotencyKeySchema,
} from './action.ts'
export { type ApiError, apiErrorSchema } from './api-error.ts'
export { type Balance, balanceSchema } from './balance.ts'
export { decimalOf, decimalSchema } from './decimal.ts'
export { type EquityPoint, equityPointSchema } from './equity-point.ts'
export { type FeedStatus, feedStatusSchema } from './feed-status.ts'
export { type Fill, fillSchema } from './fill.ts'
export { type Health, healthSchema, type Readiness, readinessSchema } from './health.ts'
export { currencySchema, instrumentIdSchema, sessionIdSchema, sideSchema } from './names.ts'
export {
  type Order,
  orderSchema,
  type OrderState,
  orderStateSchema,
  orderTypeSchema,
  timeInForceSchema,
} from './order.ts'
export {
  type EquityQuery,
  equityQuerySchema,
  type OrderQuery,
  orderQuerySchema,
  type Page,
  type PageQuery,
  pageQuerySchema,
  pageSchema,
} from './page.ts'
export { type Position, positionSchema } from './position.ts'
export {
  type RiskBreach,
  riskBreachSchema,
  type RiskLimit,
  riskLimitSchema,
  type RiskMode,
  riskModeSchema,
  type RiskState,
  riskStateSchema,
} from './risk-state.ts'
export {
  type Session,
  type SessionMode,
  sessionModeSchema,
  sessionSchema,
  type SessionState,
  sessionStateSchema,
} from './session.ts'
export {
  type Notice,
  noticeSchema,
  type SessionEvent,
  sessionEventSchema,
  type Severity,
  severitySchema,
  type StreamLost,
  streamLostSchema,
} from './stream-event.ts'
export { timeMsSchema } from './time.ts'
