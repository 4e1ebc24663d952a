import { expect, test } from 'vitest'
import { lockFindings } from './lock-file.ts'

const locked = { integrity: 'sha512-x' }

test('an optional package may stand beside its user or above it', () => {
  const packages = {
    '': {},
    'node_modules/tool': { ...locked, optionalDependencies: { 'tool-linux': '1.0.0', 'tool-mac': '1.0.0' } },
    'node_modules/tool-linux': locked,
    'node_modules/tool/node_modules/tool-mac': locked,
    'packages/core': {},
    'node_modules/@kestrel/core': { link: true },
  }
  expect(lockFindings({ packages })).toEqual([])
})

test('names the platform that is missing and the package without checksum', () => {
  const packages = { 'node_modules/a/node_modules/tool': { optionalDependencies: { 'tool-mac': '1.0.0' } } }
  expect(lockFindings({ packages })).toEqual([
    'tool-mac@1.0.0, an optional dependency of node_modules/a/node_modules/tool, is not locked',
    'node_modules/a/node_modules/tool has no checksum',
  ])
})
