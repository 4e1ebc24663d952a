/**
 * Says how a value differs from the right one.
 *
 * @param tolerance - Largest relative difference of numbers; 0 asks for equality.
 * @returns One sentence, or none where they agree.
 */
export function differs(name: string, found: unknown, right: unknown, tolerance: number): readonly string[] {
  if (found === right) return []
  if (typeof found === 'number' && typeof right === 'number') {
    const scale = Math.max(Math.abs(found), Math.abs(right))
    if (Math.abs(found - right) <= tolerance * scale) return []
  }
  return [`${name} is ${String(found)}, not ${String(right)}`]
}
