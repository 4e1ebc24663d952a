import { spawn } from 'node:child_process'
import { residentMb } from './resident-memory.ts'

const LOOK_MS = 20

/** A program that has ended well, and the most memory it had. */
export interface WatchedEnd {
  readonly stdout: string
  readonly peakRssMb: number
}

/**
 * Runs a program to its end and watches its memory; the peak is the system's own, so no look may come too late but the
 * last one.
 *
 * @throws Error with the end of its standard error where it does not end with 0.
 */
export async function watchedProgram(command: string, args: readonly string[], cwd: string): Promise<WatchedEnd> {
  return await new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    let peakRssMb = 0
    const look = setInterval(() => {
      if (child.pid !== undefined) peakRssMb = Math.max(peakRssMb, residentMb(child.pid).peak)
    }, LOOK_MS)
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => {
      clearInterval(look)
      if (code === 0) resolve({ stdout, peakRssMb })
      else reject(new Error(`${args.slice(1, 3).join(' ')} ended with ${code}: ${stderr.trim().split('\n').at(-1)}`))
    })
  })
}
