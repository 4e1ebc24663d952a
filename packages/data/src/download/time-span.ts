import type { TimeMs } from '@kestrel/core'

/** A stretch of time; `toMs` is exclusive. */
export interface TimeSpan {
  readonly fromMs: TimeMs
  readonly toMs: TimeMs
}

/** The same instants as few spans as possible, in order; empty ones are dropped. O(n log n). */
export function joinSpans(spans: readonly TimeSpan[]): TimeSpan[] {
  const joined: TimeSpan[] = []
  for (const { fromMs, toMs } of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (toMs <= fromMs) continue
    const last = joined.at(-1)
    if (last !== undefined && fromMs <= last.toMs)
      joined[joined.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, toMs) }
    else joined.push({ fromMs, toMs })
  }
  return joined
}

/** What of `whole` lies in none of `parts`, in order. */
export function withoutSpans(whole: TimeSpan, parts: readonly TimeSpan[]): TimeSpan[] {
  const rest: TimeSpan[] = []
  let atMs = whole.fromMs
  for (const { fromMs, toMs } of joinSpans(parts)) {
    if (toMs <= atMs) continue
    if (fromMs >= whole.toMs) break
    if (fromMs > atMs) rest.push({ fromMs: atMs, toMs: fromMs })
    atMs = toMs
  }
  if (atMs < whole.toMs) rest.push({ fromMs: atMs, toMs: whole.toMs })
  return rest
}
