import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Of another ending on disk, so that nothing takes it for TypeScript. */
const FILE = 'windows.as'
const SOURCE = 'windows.ts'
const OUTPUT = 'windows.wasm'

/** By a name that the type checker does not follow: its types change those of the standard library for everyone. */
const COMPILER: string = 'assemblyscript/asc'

interface Compiler {
  main(
    args: readonly string[],
    files: {
      readFile(name: string): string | null
      writeFile(name: string, contents: Uint8Array | string): void
      listFiles(): readonly string[]
    },
  ): Promise<{ readonly error: Error | null }>
}

/** The bytes of `windows.as` as a module, in base64. The same source and compiler give the same bytes. */
export async function compileWindows(): Promise<string> {
  const { default: asc } = (await import(COMPILER)) as { readonly default: Compiler }
  let bytes: Uint8Array | undefined
  const { error } = await asc.main(
    [SOURCE, '--outFile', OUTPUT, '-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd', '--initialMemory', '4'],
    {
      readFile: (name) => (name === SOURCE ? readFileSync(join(import.meta.dirname, FILE), 'utf8') : null),
      writeFile: (name, contents) => {
        if (name === OUTPUT) bytes = contents as Uint8Array
      },
      listFiles: () => [],
    },
  )
  if (error !== null || bytes === undefined) throw new Error(`${FILE} does not compile.`, { cause: error })
  return Buffer.from(bytes).toString('base64')
}
