import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import asc from 'assemblyscript/asc'

/** Of another ending on disk, so that nothing takes it for TypeScript. */
const FILE = 'windows.as'
const SOURCE = 'windows.ts'
const OUTPUT = 'windows.wasm'

/** The bytes of `windows.as` as a module, in base64. The same source and compiler give the same bytes. */
export async function compileWindows(): Promise<string> {
  let bytes: Uint8Array | undefined
  const { error, stderr } = await asc.main(
    [SOURCE, '--outFile', OUTPUT, '-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd', '--initialMemory', '1'],
    {
      readFile: (name) => (name === SOURCE ? readFileSync(join(import.meta.dirname, FILE), 'utf8') : null),
      writeFile: (name, contents) => {
        if (name === OUTPUT) bytes = contents as Uint8Array
      },
      listFiles: () => [],
    },
  )
  if (error !== null || bytes === undefined) throw new Error(`windows.as does not compile: ${stderr.toString()}`)
  return Buffer.from(bytes).toString('base64')
}
