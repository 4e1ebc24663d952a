/** One fenced block of the tutorial that does something: writes a file, or runs commands. */
export type TutorialStep =
  | { readonly line: number; readonly file: string; readonly text: string }
  | { readonly line: number; readonly commands: readonly string[]; readonly exitCode: number }

const FENCE = /^```(\w+)([^\n]*)$/

/**
 * The steps of a Markdown page in order. A fence with `file=NAME` writes its text to that file; a fence of language `sh`
 * runs its lines, all of which must end with `exit=N` (0 unless stated). Other fences are only read.
 */
export function tutorialSteps(markdown: string): TutorialStep[] {
  const steps: TutorialStep[] = []
  const lines = markdown.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const fence = FENCE.exec(lines[i] as string)
    if (fence === null) continue
    const line = i + 1
    const body: string[] = []
    for (i++; i < lines.length && lines[i] !== '```'; i++) body.push(lines[i] as string)
    const [, language, info = ''] = fence
    const file = /\bfile=(\S+)/.exec(info)?.[1]
    if (file !== undefined) steps.push({ line, file, text: `${body.join('\n')}\n` })
    else if (language === 'sh')
      steps.push({ line, commands: body, exitCode: Number(/\bexit=(\d+)/.exec(info)?.[1] ?? 0) })
  }
  return steps
}
