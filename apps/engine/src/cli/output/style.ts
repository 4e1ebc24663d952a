import picocolors from 'picocolors'

/** Colours of text for people; every function returns its input unchanged where colours are off. */
export interface Style {
  bold(text: string): string
  dim(text: string): string
  good(text: string): string
  bad(text: string): string
  warn(text: string): string
  accent(text: string): string
}

/** Blue and orange-yellow rather than green and red: told apart by everyone. */
export function styleOf(enabled: boolean): Style {
  const colors = picocolors.createColors(enabled)
  return {
    bold: colors.bold,
    dim: colors.dim,
    good: colors.blue,
    bad: colors.yellow,
    warn: colors.yellow,
    accent: colors.cyan,
  }
}
