/** Arguments that a strategy should not pass, and does. */
const ODD_ARGUMENTS: readonly (readonly unknown[])[] = [
  [],
  [0],
  [1],
  [-1],
  [-99_999],
  [0.5],
  [-0.5],
  [3],
  [99_999],
  [1e300],
  [Number.NaN],
  [Infinity],
  [-Infinity],
  ['-1'],
  [null],
  [undefined],
  [{ valueOf: () => -1 }],
  [[-1]],
  [-1n],
]

/** How many calls deep the walk goes: what a method returns is called again, what that returns is only read. */
const MAX_CALLS = 2

/** What was found, as the path that leads to it. */
export interface Finding {
  readonly path: string
  readonly value: number
}

/** Calls that change what is walked, and random numbers, which may take any value. */
const NOT_CALLED = new Set([
  'constructor',
  'submit',
  'submitGroup',
  'bracket',
  'cancel',
  'amend',
  'target',
  'timer',
  'plot',
  'explain',
  'nextUint32',
])

/**
 * Walks over everything reachable from a value: own and inherited properties, getters, symbols, prototypes, elements of
 * collections, results of every method called with odd arguments, errors thrown by them, and the whole buffer behind each
 * typed array. Reports every number for which `isForbidden` holds, also where it stands in a text.
 *
 * Globals are not walked: a strategy has them anyway.
 */
export function findForbidden(root: unknown, isForbidden: (value: number) => boolean): Finding[] {
  const findings: Finding[] = []
  const seen = new Set<unknown>(GLOBALS)
  const queue: { readonly value: unknown; readonly path: string; readonly calls: number }[] = []
  const visit = (value: unknown, path: string, calls: number): void => {
    if (typeof value === 'number' && isForbidden(value)) findings.push({ path, value })
    if (typeof value === 'string')
      for (const text of value.match(/-?\d+(\.\d+)?/g) ?? []) visit(Number(text), `${path} (text)`, calls)
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return
    seen.add(value)
    queue.push({ value, path, calls })
  }
  visit(root, 'context', 0)
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { path, calls } = next
    const value = next.value as object
    for (const number of bufferOf(value))
      if (isForbidden(number)) findings.push({ path: `${path}.buffer`, value: number })
    if (value instanceof Map || value instanceof Set)
      [...value].forEach((each, i) => visit(each, `${path}{${i}}`, calls))
    for (
      let holder: object | null = value;
      holder !== null && !GLOBALS.has(holder);
      holder = Object.getPrototypeOf(holder) as object | null
    ) {
      visit(holder, `${path}.[[prototype]]`, calls)
      for (const key of Reflect.ownKeys(holder)) readMember(value, holder, key, `${path}.${String(key)}`, calls, visit)
    }
  }
  return findings
}

type Visit = (value: unknown, path: string, calls: number) => void

function readMember(
  target: object,
  holder: object,
  key: string | symbol,
  path: string,
  calls: number,
  visit: Visit,
): void {
  const descriptor = Object.getOwnPropertyDescriptor(holder, key)
  const attempt = (act: () => unknown, how: string, made: number): void => {
    try {
      visit(act(), `${path}${how}`, made)
    } catch (error) {
      visit(error, `${path}${how} threw`, made)
    }
  }
  if (descriptor?.get !== undefined) attempt(() => Reflect.get(target, key), '', calls)
  const member = descriptor?.value as unknown
  if (descriptor?.get === undefined) visit(member, path, calls)
  if (typeof member !== 'function' || GLOBALS.has(member) || typeof target === 'function') return
  if (NOT_CALLED.has(String(key)) || calls >= MAX_CALLS) return
  for (const args of ODD_ARGUMENTS) {
    attempt(
      () => Reflect.apply(member, target, args) as unknown,
      `(${args.map((each) => (typeof each === 'bigint' ? `${each}n` : String(each))).join()})`,
      calls + 1,
    )
  }
}

/** Every number in the memory behind a typed array, also outside the array itself. */
function bufferOf(value: object): Float64Array {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value
  if (!(buffer instanceof ArrayBuffer) && !(buffer instanceof SharedArrayBuffer)) return new Float64Array(0)
  return new Float64Array(buffer, 0, Math.floor(buffer.byteLength / 8))
}

/** The language's own objects, whose members are not the context's. */
const GLOBALS: ReadonlySet<unknown> = new Set(
  [
    Object,
    Function,
    Array,
    Map,
    Set,
    WeakMap,
    Error,
    TypeError,
    RangeError,
    Promise,
    String,
    Number,
    Boolean,
    Symbol,
    BigInt,
    Date,
    RegExp,
    Float64Array,
    Int32Array,
    Uint8Array,
    ArrayBuffer,
    SharedArrayBuffer,
    Object.getPrototypeOf(Float64Array) as object,
    Object.getPrototypeOf(function* () {}) as object,
    Object.getPrototypeOf(async () => {}) as object,
  ]
    .flatMap((each) => [each, (each as { prototype?: unknown }).prototype])
    .concat([globalThis, Reflect, Math, JSON])
    .filter((each) => each !== undefined && each !== null),
)
