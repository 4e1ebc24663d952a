/**
 * Loaded before the command with `node --import`: the system clock stands apart by the 8 bytes in the file `STEERED_CLOCK`,
 * milliseconds as a little-endian double, which a test changes while the command runs.
 */
import { openSync, readSync } from 'node:fs'

const file = openSync(process.env.STEERED_CLOCK, 'r')
const bytes = Buffer.alloc(8)
const SystemDate = Date

const nowMs = () => {
  readSync(file, bytes, 0, 8, 0)
  return SystemDate.now() + bytes.readDoubleLE(0)
}

globalThis.Date = class SteeredDate extends SystemDate {
  constructor(...args) {
    if (args.length === 0) super(nowMs())
    else super(...args)
  }

  static now() {
    return nowMs()
  }
}
