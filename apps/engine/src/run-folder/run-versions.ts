import { kestrelVersion } from '../version.ts'

/** Versions that a run was made with. */
export interface RunVersions {
  readonly kestrel: string
  readonly node: string
  readonly platform: string
}

export function runVersions(): RunVersions {
  return { kestrel: kestrelVersion(), node: process.versions.node, platform: `${process.platform}-${process.arch}` }
}
