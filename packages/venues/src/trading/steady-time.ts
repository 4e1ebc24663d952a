/**
 * Time for waits: as fast as a clock, and never backwards. A clock that is set back by an hour would otherwise make what waits
 * for a second wait for an hour.
 *
 * @param nowMs - The clock, ms.
 * @returns Milliseconds that differ from the clock's by what it was set back.
 */
export function steadyTime(nowMs: () => number): () => number {
  let lastMs = nowMs()
  let setBackMs = 0
  return () => {
    const readMs = nowMs()
    if (readMs < lastMs) setBackMs += lastMs - readMs
    lastMs = readMs
    return readMs + setBackMs
  }
}
