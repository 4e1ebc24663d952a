import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { buildProgram } from '../src/cli/program.ts'
import { settingsSchema } from '../src/config/settings-schema.ts'
import { kestrel, workFolder } from './kestrel-process.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const unit = readFileSync(join(ROOT, 'deploy', 'kestrel.service'), 'utf8')
const sessionUnit = readFileSync(join(ROOT, 'deploy', 'kestrel-session@.service'), 'utf8')
const container = readFileSync(join(ROOT, 'deploy', 'Containerfile'), 'utf8')
const docs = readFileSync(join(ROOT, 'docs', 'operations.md'), 'utf8')
const program = await buildProgram(undefined)

/** Why these words are no call of `kestrel`, or undefined. */
function problemOf(words: readonly string[]): string | undefined {
  let command: Command = program
  for (const word of words) {
    if (word.startsWith('-')) {
      const flag = word.split('=')[0]
      const known = [...command.options, ...program.options]
      if (!known.some(({ long, short }) => long === flag || short === flag))
        return `${command.name()} has no flag ${word}`
      continue
    }
    const sub = command.commands.find((each) => each.name() === word)
    if (sub !== undefined) command = sub
    else if (command.commands.length > 0) return `${command.name()} has no command ${word}`
  }
  return command.commands.length > 0 ? `${command.name()} needs a command` : undefined
}

/** Words of the lines that call `kestrel`, comments and pipes left out. */
function callsIn(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
    block
      .replaceAll('\\\n', ' ')
      .split('\n')
      .flatMap((line) => {
        const call = /^.*(?<![\w.-])kestrel(?:\.mjs)? (.*)$/.exec(line.replace(/#.*$/, ''))?.[1]
        return call === undefined ? [] : [call.trim().split(/\s+/)]
      })
      .filter(([first = '']) => !['.', '-v'].includes(first)),
  )
}

test('the unit starts a command that exists, from a file that exists, with flags that it has', () => {
  const [node, script, ...words] = (/^ExecStart=(.*)$/m.exec(unit)?.[1] ?? '').split(' ')
  expect(node).toBe('/usr/bin/node')
  expect(existsSync(join(ROOT, (script ?? '').replace('/opt/kestrel/', '')))).toBe(true)
  expect(words[0]).toBe('serve')
  expect(problemOf(words)).toBeUndefined()
})

test.each([
  'NoNewPrivileges=yes',
  'ProtectSystem=strict',
  'ProtectHome=yes',
  'PrivateTmp=yes',
  'CapabilityBoundingSet=',
  'LimitCORE=0',
  'RestartPreventExitStatus=2',
])('the unit says %s', (line) => {
  expect(unit.split('\n')).toContain(line)
})

test('the unit runs as nobody special and holds no secret', () => {
  expect(/^User=(.*)$/m.exec(unit)?.[1]).toBe('kestrel')
  for (const line of unit.split('\n').filter((each) => each.startsWith('Environment='))) {
    expect(line).toMatch(/^Environment=(NODE_ENV=production|KESTREL_KEYS_PASSPHRASE_FILE=%d\/keys-passphrase)$/)
  }
})

describe('the unit of a session', () => {
  test('starts a session of its own name with the words of its file, as docs/operations.md shows', () => {
    const [node, script, ...words] = (/^ExecStart=(.*)$/m.exec(sessionUnit)?.[1] ?? '').split(' ')
    expect([node, words]).toEqual(['/usr/bin/node', ['$SESSION', '--id', '%i']])
    expect(existsSync(join(ROOT, (script ?? '').replace('/opt/kestrel/', '')))).toBe(true)
    const shown = /^SESSION=(.*)$/m.exec(docs)?.[1] ?? ''
    expect(shown).toMatch(/^live .*--live .*--key /)
    expect(problemOf([...shown.split(' '), '--id', 'main'])).toBeUndefined()
    expect(sessionUnit).toContain('EnvironmentFile=/etc/kestrel/sessions/%i')
  })

  test('goes on after a crash and a reboot, not after what a person has to look at, and not in a hurry', () => {
    const lines = sessionUnit.split('\n')
    for (const line of ['Restart=on-failure', 'RestartPreventExitStatus=2 5', 'WantedBy=multi-user.target'])
      expect(lines).toContain(line)
    expect(Number(/^RestartSec=(\d+)$/m.exec(sessionUnit)?.[1])).toBeGreaterThanOrEqual(30)
    expect(Number(/^StartLimitBurst=(\d+)$/m.exec(sessionUnit)?.[1])).toBeLessThanOrEqual(10)
  })

  test('is shut in as the engine is', () => {
    const shutIn = (text: string): string =>
      text.slice(text.indexOf('# It reads its program'), text.indexOf('[Install]'))
    expect(shutIn(unit)).toContain('ProtectSystem=strict')
    expect(shutIn(sessionUnit)).toBe(shutIn(unit))
    expect(/^User=(.*)$/m.exec(sessionUnit)?.[1]).toBe('kestrel')
  })
})

test('the container starts a command that exists, as nobody special, and asks the port it listens on', () => {
  const list = (name: string): string[] =>
    JSON.parse(new RegExp(`^${name} (\\[.*\\])$`, 'm').exec(container)?.[1] ?? '[]') as string[]
  expect(list('ENTRYPOINT')).toEqual(['kestrel'])
  const words = list('CMD')
  expect([words[0], problemOf(words)]).toEqual(['serve', undefined])
  const port = words[words.indexOf('--port') + 1] ?? ''
  expect(container).toContain(`http://127.0.0.1:${port}/health`)
  expect(container).toContain(`EXPOSE ${port}`)
  expect(/^USER (\d+):/m.exec(container)?.[1]).not.toBe('0')
  const link = /ln -s \/opt\/kestrel\/(\S+) \/usr\/local\/bin\/kestrel/.exec(container)?.[1] ?? ''
  expect(existsSync(join(ROOT, link))).toBe(true)
  // The pinned Node is what the image brings: the check of versions in package.json covers it.
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>
  }
  for (const [, version] of container.matchAll(/library\/node:([\d.]+)-/g))
    expect(version).toBe(devDependencies['node'])
})

test('the container as it comes refuses to start, since nobody has a password yet', async () => {
  const words = JSON.parse(/^CMD (\[.*\])$/m.exec(container)?.[1] ?? '[]') as string[]
  expect((await kestrel(workFolder(), words)).code).toBe(2)
})

test('secrets and what runs wrote stay out of the image', () => {
  const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n')
  for (const name of ['**/.kestrel', '.env', '.git', '**/node_modules']) expect(ignored).toContain(name)
})

describe('docs/operations.md', () => {
  const calls = callsIn(docs)

  test('names commands', () => {
    expect(calls.length).toBeGreaterThan(12)
  })

  test.each(calls.map((words) => [words.join(' '), words] as const))('kestrel %s exists', (_call, words) => {
    expect(problemOf(words)).toBeUndefined()
  })

  test('shows settings that can be used', () => {
    const blocks = [...docs.matchAll(/```json\n([\s\S]*?)```/g)].map(([, block = '']) => JSON.parse(block) as unknown)
    expect(blocks.length).toBe(2)
    for (const block of blocks) expect(settingsSchema.safeParse(block)).toMatchObject({ success: true })
  })
})
