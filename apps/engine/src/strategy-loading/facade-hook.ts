import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

/** Local files that a strategy file reaches by its imports, itself included, in order of first import. */
export interface ImportTrace {
  readonly files: readonly string[]
}

/** Names that strategy files may import from any folder, and the modules that stand behind them. */
const FACADE: ReadonlyMap<string, string> = new Map([
  ['kestrel', new URL('../index.ts', import.meta.url).href],
  ['kestrel/research', new URL('../research.ts', import.meta.url).href],
  ['zod', import.meta.resolve('zod')],
])

/** Modules that Node should take as ES modules whatever the nearest package.json says or leaves out. */
const FORMATS: ReadonlyMap<string, string> = new Map([
  ['ts', 'module-typescript'],
  ['js', 'module'],
])

const traces = new Map<string, string[]>()
let registered = false
let everyFile = false

/**
 * Follows the imports of an entry file, and lets every file reached from it import `kestrel`, `kestrel/research` and
 * `zod` in whatever folder it lies. Files of installed packages are not followed.
 *
 * @param entryUrl - `file:` address that is about to be imported.
 */
export function traceImports(entryUrl: string): ImportTrace {
  registerOnce()
  const urls = [entryUrl]
  traces.set(entryUrl, urls)
  return {
    get files() {
      return urls.map((url) => fileURLToPath(url))
    },
  }
}

/** Lets every file outside installed packages import the names, from now on. */
export function serveFacadeToAll(): void {
  everyFile = true
  registerOnce()
}

function registerOnce(): void {
  if (registered) return
  registered = true
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (traces.has(specifier)) return { url: specifier, shortCircuit: true, ...formatOf(specifier) }
      const parent = context.parentURL
      const trace = parent === undefined ? undefined : traceOf(parent)
      const served = trace !== undefined || (everyFile && parent !== undefined && !isInstalled(parent))
      const facade = served ? FACADE.get(specifier) : undefined
      if (facade !== undefined) return { url: facade, shortCircuit: true }
      if (trace === undefined) return nextResolve(specifier, context)
      const resolved = nextResolve(specifier, context)
      if (!resolved.url.startsWith('file:') || isInstalled(resolved.url)) return resolved
      if (!trace.includes(resolved.url)) trace.push(resolved.url)
      return { ...resolved, ...formatOf(resolved.url) }
    },
  })
}

function isInstalled(url: string): boolean {
  return url.includes('/node_modules/')
}

function traceOf(parentUrl: string): string[] | undefined {
  for (const urls of traces.values()) if (urls.includes(parentUrl)) return urls
  return undefined
}

function formatOf(url: string): { format?: string } {
  const format = FORMATS.get(/\.([a-z]+)(\?|$)/.exec(url)?.[1] ?? '')
  return format === undefined ? {} : { format }
}
