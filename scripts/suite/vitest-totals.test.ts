import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runTool } from '../checks/run-tool.ts'

// A run of its own, because the objects of vitest come from a run.
const ROOT = join(import.meta.dirname, '..', '..')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kestrel-totals-'))
  const imports = `import { expect, test } from '${join(ROOT, 'node_modules', 'vitest', 'dist', 'index.js')}'\n`
  await writeFile(
    join(folder, 'mixed.test.mjs'),
    `${imports}test('a', () => {})\ntest('b', () => expect(1).toBe(2))\ntest.skip('c', () => {})\n`,
  )
  await writeFile(join(folder, 'broken.test.mjs'), `import './nothing-here.mjs'\n`)
  await writeFile(
    join(folder, 'run.mjs'),
    `import { startVitest } from '${join(ROOT, 'node_modules', 'vitest', 'dist', 'node.js')}'
     import { totalsOfModules } from '${join(import.meta.dirname, 'vitest-totals.ts')}'
     const vitest = await startVitest([], { root: ${JSON.stringify(folder)}, config: false, watch: false, run: true, include: ['*.test.mjs'], reporters: [{}] })
     console.log(JSON.stringify(totalsOfModules(vitest.state.getTestModules(), ['an error that no test caught'])))
     await vitest.close()`,
  )
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('counts a file that cannot be imported and an unhandled error as one failure each', async () => {
  const { stdout } = await runTool(process.execPath, ['run.mjs'], { cwd: folder })
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({ passed: 1, failed: 3, skipped: 1 })
})
