import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runFolderError } from './run-folder-error.ts'

const CLAIM = /^\.claim-(.+)$/

/** A name for a run that no other process takes until it is let go. */
export interface ClaimedRunId extends AsyncDisposable {
  readonly id: string
}

/**
 * Takes a free name for a run under `runsDir`, which is made where it is absent. A name that exists, or that another run is
 * about to write, gets `-2`, `-3` ... behind it. A file beside the run folders holds the name until the claim is disposed of:
 * by then the folder stands.
 *
 * @throws KestrelError `DATA_DISK_FULL`, `DATA_WRITE_DENIED`.
 */
export async function claimRunId(runsDir: string, wanted: string): Promise<ClaimedRunId> {
  try {
    await mkdir(runsDir, { recursive: true })
    await removeDeadClaims(runsDir, await readdir(runsDir), false)
    return await firstFree(runsDir, wanted)
  } catch (error) {
    throw runFolderError(error, runsDir)
  }
}

async function firstFree(runsDir: string, wanted: string): Promise<ClaimedRunId> {
  for (let i = 1; ; i++) {
    const id = i === 1 ? wanted : `${wanted}-${i}`
    const claim = join(runsDir, `.claim-${id}`)
    if (!(await isNew(claim))) continue
    const free = async (): Promise<void> => await rm(claim, { force: true })
    // Whoever had the claim before let go of it only when the folder stood.
    if ((await readdir(runsDir)).includes(id)) await free()
    else return { id, [Symbol.asyncDispose]: free }
  }
}

/** Makes the file of a claim; false where it is there, whichever process came first. */
async function isNew(claim: string): Promise<boolean> {
  try {
    await writeFile(claim, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Removes the claims of processes that have ended, and with `own` those of this one. */
export async function removeDeadClaims(runsDir: string, names: readonly string[], own: boolean): Promise<void> {
  for (const name of names.filter((each) => CLAIM.test(each))) {
    const path = join(runsDir, name)
    const pid = Number(await readFile(path, 'utf8').catch(() => ''))
    // One without a number in it is just being written.
    if (!(pid > 0) || (pid === process.pid ? !own : isAlive(pid))) continue
    await rm(path, { force: true })
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
