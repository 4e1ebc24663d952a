/** Kind of a scalar as a reader sees it: decimal texts are told from other texts, since clients parse them. */
type Kind = 'integer' | 'float' | 'decimal text' | 'text' | 'boolean' | 'null' | 'object' | 'list'

/** Kinds seen at each path. `[]` stands for every element of a list, `[3]` for a place of a row of fixed width. */
type JsonShape = ReadonlyMap<string, ReadonlySet<Kind>>

/**
 * The shape of JSON values: which fields there are and what kind each is. Several samples add up; a field that is missing in
 * some of those with the same parent is marked optional.
 */
function shapeOf(samples: readonly unknown[]): {
  readonly kinds: JsonShape
  readonly optional: ReadonlySet<string>
} {
  const kinds = new Map<string, Set<Kind>>()
  const seen = new Map<string, number>()
  const parents = new Map<string, number>()
  const visit = (value: unknown, path: string): void => {
    const kind = kindOf(value)
    kinds.set(path, (kinds.get(path) ?? new Set()).add(kind))
    if (Array.isArray(value)) {
      const isRow = value.length > 0 && value.every((each) => typeof each !== 'object')
      value.forEach((each, index) => visit(each, isRow && isTuple(value) ? `${path}[${index}]` : `${path}[]`))
    } else if (typeof value === 'object' && value !== null) {
      parents.set(path, (parents.get(path) ?? 0) + 1)
      for (const [name, field] of Object.entries(value)) {
        const below = `${path}.${name}`
        seen.set(below, (seen.get(below) ?? 0) + 1)
        visit(field, below)
      }
    }
  }
  for (const sample of samples) visit(sample, '')
  const optional = new Set(
    [...seen]
      .filter(([path, count]) => count < (parents.get(path.slice(0, path.lastIndexOf('.'))) ?? 0))
      .map(([path]) => path),
  )
  return { kinds, optional }
}

/** A row whose places mean different things, such as a candle or a level of a book: it has numbers or decimal texts. */
function isTuple(row: readonly unknown[]): boolean {
  return row.every((each) => ['integer', 'float', 'decimal text'].includes(kindOf(each)))
}

function kindOf(value: unknown): Kind {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'object') return 'object'
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float'
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? 'decimal text' : 'text'
}

/**
 * Ways in which samples of ours differ from the venue's, as sentences: a field that is missing or that the venue does not have,
 * a kind that the venue never sends. Fields that the venue leaves out at times may be missing.
 *
 * @param quotedIntegers - The venue's samples were kept by a recorder that writes integers as texts.
 */
export function differences(ours: readonly unknown[], venue: readonly unknown[], quotedIntegers = false): string[] {
  const mine = shapeOf(ours)
  const theirs = shapeOf(venue)
  const found: string[] = []
  for (const path of theirs.kinds.keys()) {
    if (mine.kinds.has(path) || theirs.optional.has(path) || !hasParent(mine.kinds, path)) continue
    found.push(`${path} is missing`)
  }
  for (const path of mine.optional) {
    if (theirs.kinds.has(path) && !theirs.optional.has(path)) found.push(`${path} is missing at times`)
  }
  for (const [path, kinds] of mine.kinds) {
    const expected = theirs.kinds.get(path)
    if (expected === undefined) {
      if (hasParent(theirs.kinds, path)) found.push(`${path} is not the venue's`)
      continue
    }
    for (const kind of kinds) {
      const isQuoted = quotedIntegers && kind === 'integer' && expected.has('decimal text')
      if (!expected.has(kind) && !isQuoted) found.push(`${path} is ${kind} and not ${[...expected].join(' or ')}`)
    }
  }
  return found
}

/** Only the topmost difference is told, and nothing about the inside of lists that are empty on one side. */
function hasParent(kinds: JsonShape, path: string): boolean {
  const parent = path.replace(/(\.[^.[]+|\[\d*\])$/, '')
  if (parent === path) return true
  if (path.endsWith('[]')) return kinds.has(path)
  return kinds.has(parent)
}
