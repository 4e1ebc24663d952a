import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildProgram } from '../../apps/engine/src/cli/program.ts'
import { cliReference } from './cli-reference.ts'

test('docs/cli.md says what the commands say', async () => {
  const written = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'cli.md'), 'utf8')
  expect(written).toBe(cliReference(await buildProgram(undefined)))
})
