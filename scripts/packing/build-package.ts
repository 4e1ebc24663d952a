/**
 * Builds the package in the working folder: `src/**.ts` to JavaScript and declarations in `dist/`. turbo calls it for each
 * package, the used ones first, because a package is compiled against the declarations of the others.
 *
 * Needed for publishing only: Node does not strip types under `node_modules`.
 */
import { cp, glob, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { readManifest } from './manifest.ts'
import { declarationImportsToJavaScript, sourceUrlsToJavaScript } from './source-urls.ts'

const ROOT = dirname(dirname(import.meta.dirname))
const NOT_SHIPPED = /\.(test|test-d|bench|fixture)\.ts$|(^|\/)fixtures\//

/** Folders of the repository that a package carries inside its `dist/`. */
const SHIPPED_DATA: Readonly<Record<string, { readonly from: string; readonly to: string }>> = {
  '@kestrel/data': { from: 'data/instruments', to: 'instruments' },
}

const folder = process.cwd()
const source = join(folder, 'src')
const target = join(folder, 'dist')

const manifest = await readManifest(folder)
await rm(target, { recursive: true, force: true })
const entries = await readdir(source, { recursive: true, withFileTypes: true })
const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
const shipped = paths.filter((path) => !NOT_SHIPPED.test(relative(source, path)))
compile(shipped.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts')))
await rewriteAddresses()
for (const path of shipped.filter((file) => !file.endsWith('.ts')))
  await copyInto(path, join(target, relative(source, path)))
const data = SHIPPED_DATA[manifest.name]
if (data !== undefined) await copyInto(join(ROOT, data.from), join(target, data.to))

function compile(rootNames: readonly string[]): void {
  const { options, errors } = ts.getParsedCommandLineOfConfigFile(
    join(ROOT, 'tsconfig.json'),
    {
      noEmit: false,
      declaration: true,
      sourceMap: false,
      rewriteRelativeImportExtensions: true,
      rootDir: source,
      outDir: target,
      // The built declarations of the packages used, so that their sources do not become part of this one.
      paths: Object.fromEntries(
        Object.keys(manifest.dependencies ?? {})
          .filter((name) => name.startsWith('@kestrel/'))
          .map((name) => [name, [join(ROOT, name.replace('@kestrel/', 'packages/'), 'dist', 'index.d.ts')]]),
      ),
    },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (diagnostic) => stop([diagnostic]) },
  ) ?? { options: {}, errors: [] }
  stop(errors)
  const program = ts.createProgram([...rootNames], options)
  stop(ts.getPreEmitDiagnostics(program))
  stop(program.emit().diagnostics)
}

function stop(diagnostics: readonly ts.Diagnostic[]): void {
  if (diagnostics.length === 0) return
  const host = { getCurrentDirectory: () => ROOT, getCanonicalFileName: (path: string) => path, getNewLine: () => '\n' }
  console.error(`${manifest.name} does not build:\n${ts.formatDiagnostics(diagnostics, host)}`)
  process.exit(1)
}

async function rewriteAddresses(): Promise<void> {
  for await (const path of glob('**/*.{js,d.ts}', { cwd: target })) {
    const text = await readFile(join(target, path), 'utf8')
    const rewritten = path.endsWith('.js') ? sourceUrlsToJavaScript(text) : declarationImportsToJavaScript(text)
    if (rewritten !== text) await writeFile(join(target, path), rewritten)
  }
}

async function copyInto(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await cp(from, to, { recursive: true })
}
