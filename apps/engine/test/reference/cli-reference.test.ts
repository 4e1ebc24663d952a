import { expect, test } from 'vitest'
import { buildProgram } from '../../src/cli/program.ts'
import { cliReference } from './cli-reference.ts'

// Rewrite the page with: npm test -- apps/engine/test/reference -u
test('docs/cli.md says what the commands say', async () => {
  await expect(cliReference(await buildProgram(undefined))).toMatchFileSnapshot('../../../../docs/cli.md')
})
