import { spawn } from 'node:child_process'

/** How a tool ended, and everything it printed. */
export interface ToolEnd {
  readonly code: number
  readonly output: string
}

/** Runs a tool to its end without a terminal; a tool that cannot be started ends with code 127. */
export async function runTool(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<ToolEnd> {
  return await new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const collect = (chunk: Buffer): void => void (output += chunk.toString())
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', (error) => resolve({ code: 127, output: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/** The lines of a failed install that say why. */
export function installError(output: string): string {
  const lines = output.split('\n').map((line) => line.trim())
  const telling = lines.filter((line) => /error/i.test(line) && !line.includes('complete log'))
  return (telling.length > 0 ? telling : lines.filter((line) => line !== '')).slice(0, 4).join(' | ')
}
