/**
 * Loaded before the command with `node --import`: the system clock stands apart by `CLOCK_SHIFT_MS`, in every thread.
 * Only what reads the clock is changed; dates made from numbers or text stay what they are.
 */
const SystemDate = Date
const shiftMs = Number(process.env.CLOCK_SHIFT_MS)

globalThis.Date = class ShiftedDate extends SystemDate {
  constructor(...args) {
    if (args.length === 0) super(SystemDate.now() + shiftMs)
    else super(...args)
  }

  static now() {
    return SystemDate.now() + shiftMs
  }
}
