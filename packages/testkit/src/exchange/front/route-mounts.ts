import type { ExchangeDialect, Mount } from './dialect.ts'

/** Where a path leads: the dialect, and the path as that dialect knows it. */
export interface Route {
  readonly dialect: ExchangeDialect
  readonly path: string
}

/** Finds the dialect of a path: the mount with the longest matching beginning. Undefined where nobody has it. */
export function routeTo(mounts: readonly Mount[], path: string): Route | undefined {
  let best: Route | undefined
  let bestLength = -1
  for (const { dialect, prefix, paths = [] } of mounts) {
    const isOpen = prefix === undefined && paths.length === 0
    const cut = prefix ?? (isOpen ? '' : undefined)
    if (cut !== undefined && cut.length > bestLength && isBelow(path, cut)) {
      best = { dialect, path: path.slice(cut.length) || '/' }
      bestLength = cut.length
    }
    for (const beginning of paths) {
      if (beginning.length <= bestLength || !isBelow(path, beginning)) continue
      best = { dialect, path }
      bestLength = beginning.length
    }
  }
  return best
}

/** `/fapi` has `/fapi/v1/order` and not `/fapix`. */
function isBelow(path: string, beginning: string): boolean {
  return (
    path.startsWith(beginning) &&
    (beginning === '' || path.length === beginning.length || path[beginning.length] === '/')
  )
}
