import type {
  ActionRequest,
  ActionResult,
  Balance,
  EquityPoint,
  EquityQuery,
  FeedStatus,
  Fill,
  Order,
  OrderQuery,
  Page,
  PageQuery,
  Position,
  RiskState,
  Role,
  Session,
  SessionEvent,
} from '@kestrel/contracts'

/** Who asked for an action, for the audit log. */
export interface Actor {
  readonly user: string
  readonly role: Role
  /** `cookie`, `bearer`, or `open` where nobody has to log in. */
  readonly by: string
  /** The same intent has the same key, also after a restart. */
  readonly idempotencyKey: string
}

/** One session as the API sees it. Everything answered is a snapshot; nothing here changes the session but {@link act}. */
export interface SessionHandle {
  readonly id: string
  session(): Promise<Session>
  /** Newest first. */
  orders(query: OrderQuery): Promise<Page<Order>>
  /** Newest first. */
  fills(query: PageQuery): Promise<Page<Fill>>
  positions(): Promise<Position[]>
  balances(): Promise<Balance[]>
  /** Oldest first, at most `query.points`. */
  equity(query: EquityQuery): Promise<EquityPoint[]>
  feeds(): Promise<FeedStatus[]>
  risk(): Promise<RiskState>
  /**
   * Does what an operator asks. Called once per idempotency key and process; after a crash in the middle nobody calls it
   * again by itself.
   */
  act(request: ActionRequest, actor: Actor): Promise<ActionResult>
}

/** The port behind which sessions live. */
export interface SessionDirectory {
  list(): Promise<readonly SessionHandle[]>
  /** Undefined where there is no session of that id. */
  find(id: string): Promise<SessionHandle | undefined>
  /** Tells of every change from now on, in order. @returns a function that ends it */
  subscribe(onEvent: (event: SessionEvent) => void): () => void
}
