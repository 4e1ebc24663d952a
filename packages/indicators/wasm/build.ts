/** Writes `src/simd/windows-module.ts`: run it after every change of `windows.as`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileWindows } from './compile.ts'

const WIDTH = 100
const lines = (await compileWindows()).match(new RegExp(`.{1,${WIDTH}}`, 'gu')) ?? []
const text = `/** \`wasm/windows.as\`, compiled by \`wasm/build.ts\`, in base64. Do not edit. */
export const WINDOWS_MODULE = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('')
`
writeFileSync(join(import.meta.dirname, '../src/simd/windows-module.ts'), text)
