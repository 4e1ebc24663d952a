import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildProgram } from '../../apps/engine/src/cli/program.ts'
import { cliReference } from './cli-reference.ts'

const path = join(import.meta.dirname, '..', '..', 'docs', 'cli.md')
await writeFile(`${path}.new`, cliReference(await buildProgram(undefined)))
await rename(`${path}.new`, path)
