import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { findingsOf, runTool } from '../checks/run-tool.ts'
import { publishedManifest, readManifest } from './manifest.ts'

/**
 * Builds every publishable workspace with turbo and packs it.
 *
 * @param root - folder of the repository
 * @param target - folder for the tarballs; emptied first
 * @returns paths of the tarballs, sorted
 * @throws with the tool's output where a package does not build or pack
 */
export async function packPackages(root: string, target: string): Promise<string[]> {
  await runOrThrow('turbo', ['run', 'build', '--output-logs=errors-only', '--no-update-notifier'], root)
  const stage = await mkdtemp(join(tmpdir(), 'kestrel-pack-'))
  await rm(target, { recursive: true, force: true })
  await mkdir(target, { recursive: true })
  const staged: string[] = []
  for (const folder of await publishableFolders(root)) staged.push(await stagePackage(root, folder, stage))
  await runOrThrow('npm', ['pack', '--loglevel=error', '--pack-destination', target, ...staged], root)
  await rm(stage, { recursive: true, force: true })
  const names = await readdir(target)
  return names.map((name) => join(target, name)).sort()
}

async function publishableFolders(root: string): Promise<string[]> {
  const names = await readdir(join(root, 'packages'))
  const folders = [...names.map((name) => join(root, 'packages', name)), join(root, 'apps', 'engine')]
  const present = folders.filter((folder) => existsSync(join(folder, 'package.json')))
  const manifests = await Promise.all(present.map(readManifest))
  return present.filter((_, index) => manifests[index]?.private !== true)
}

async function stagePackage(root: string, folder: string, stage: string): Promise<string> {
  const to = join(stage, basename(folder))
  const manifest = await readManifest(folder)
  await mkdir(to, { recursive: true })
  for (const name of ['dist', 'README.md', ...(manifest.bin === undefined ? [] : ['bin'])]) {
    if (existsSync(join(folder, name))) await cp(join(folder, name), join(to, name), { recursive: true })
  }
  await cp(join(root, 'LICENSE'), join(to, 'LICENSE'))
  await writeFile(join(to, 'package.json'), `${JSON.stringify(publishedManifest(manifest), undefined, 2)}\n`)
  return to
}

async function runOrThrow(command: string, args: readonly string[], cwd: string): Promise<void> {
  const run = await runTool(command, args, { cwd, env: { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' } })
  if (run.code !== 0) throw new Error(`${command} ${args[0]} failed:\n${findingsOf(run).join('\n')}`)
}
