/**
 * Where the numbers of an order stand in its row of the archive.
 *
 * An order keeps them there from the beginning: a field that holds a float64 is an object of its own in V8, and eight of
 * them for every order cost more than all the rest of it.
 */
export const [INSTRUMENT, CODE, LOTS, FULL_LOTS, FILLED, NOTIONAL, LIMIT, TRIGGER, CREATED, CLOSED] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
] as const
export const [RESERVED, EXPIRE, REASON, TAG, GROUP, ORDER_WIDTH] = [10, 11, 12, 13, 14, 15] as const
