import { timeframeMs, UsageError } from '@kestrel/core'
import { z } from 'zod'
import { parseSessionWindow } from './session-window.ts'

const DURATION = 'must be a whole number from 1 on and one of s, m, h, d, w, such as 4h'

const duration = z
  .string({ error: DURATION })
  .regex(/^[1-9]\d{0,4}[smhdw]$/, DURATION)
  .describe('a length of time: 30m, 4h, 2d')

const scope = z
  .enum(['instrument', 'all'])
  .describe('`instrument`: only the one that the trades were in is paused; `all`: every instrument of the run')

const cooldownSchema = z.strictObject({
  kind: z.literal('cooldown'),
  after: z
    .enum(['trade', 'loss', 'stop'])
    .default('trade')
    .describe('which closed trades begin a pause: any, those that lost money, or losing ones that a stop closed'),
  pause: duration.default('4h'),
  scope: scope.default('instrument'),
})

const stopGuardSchema = z.strictObject({
  kind: z.literal('stop-guard'),
  stops: z.number().int().min(1).max(1_000).default(3).describe('stop-outs within the window that begin a pause'),
  within: duration.default('1d'),
  pause: duration.default('12h'),
  count: z
    .enum(['stop', 'loss'])
    .default('stop')
    .describe('what counts: losing trades that a stop closed, or all losing trades'),
  scope: scope.default('all'),
})

const drawdownPauseSchema = z.strictObject({
  kind: z.literal('drawdown-pause'),
  limit: z.number().gt(0).lt(1).default(0.1).describe('fall of equity from its peak that begins a pause, a fraction'),
  within: duration.optional().describe('how far back the peak may lie; left out, any distance'),
  pause: duration.default('3d'),
})

const sessionHoursSchema = z.strictObject({
  kind: z.literal('session-hours'),
  windows: z
    .array(
      z.string().refine((text) => parseSessionWindow(text) !== undefined, {
        error: 'is not a window; write mon-fri@08:00-16:00, sat@20:00-02:00 or 08:00-16:00, in UTC',
      }),
    )
    .min(1)
    .max(50)
    .describe('hours (UTC) in which positions may be opened, such as mon-fri@08:00-16:00'),
})

/** A protection as files and the command line state it. */
export const protectionSchema = z.discriminatedUnion('kind', [
  cooldownSchema,
  stopGuardSchema,
  drawdownPauseSchema,
  sessionHoursSchema,
])

const KINDS = protectionSchema.options.map(({ shape }) => shape.kind.value)

export type ProtectionSpec = z.output<typeof protectionSchema>
export type CooldownSpec = z.output<typeof cooldownSchema>
export type StopGuardSpec = z.output<typeof stopGuardSchema>
export type DrawdownPauseSpec = z.output<typeof drawdownPauseSchema>
export type SessionHoursSpec = z.output<typeof sessionHoursSchema>

/**
 * Checks a protection and fills in its defaults.
 *
 * @throws UsageError `KERNEL_PROTECTION` naming what cannot be used.
 */
export function protectionOf(spec: unknown): ProtectionSpec {
  const parsed = protectionSchema.safeParse(spec)
  if (parsed.success) {
    if ('pause' in parsed.data) timeframeMs(parsed.data.pause)
    return parsed.data
  }
  const kind = (spec as { readonly kind?: unknown } | null)?.kind
  if (!KINDS.some((each) => each === kind)) {
    throw new UsageError({
      code: 'KERNEL_PROTECTION',
      message: `There is no protection of the kind ${typeof kind === 'string' ? `"${kind}"` : 'that is not named'}. Nothing was run.`,
      hint: `Kinds are ${KINDS.join(', ')}; docs/protections.md says what each does.`,
      meta: { spec },
    })
  }
  const [issue] = parsed.error.issues
  throw new UsageError({
    code: 'KERNEL_PROTECTION',
    message: `The protection ${JSON.stringify(spec)} cannot be used: ${issue === undefined ? '' : issueText(issue)}. Nothing was run.`,
    hint: 'Kinds are cooldown, stop-guard, drawdown-pause and session-hours; docs/protections.md lists what each takes.',
    meta: { spec },
  })
}

/** What is wrong with a field of a protection, in words. */
function issueText(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `it takes no ${issue.keys.map((key) => `"${key}"`).join(' and no ')}`
  return `${issue.path.join('.')} ${faultText(issue)}`
}

function faultText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`
    case 'too_small':
      return issue.origin === 'array'
        ? `needs at least ${issue.minimum}`
        : `must be ${issue.inclusive === true ? 'at least' : 'above'} ${issue.minimum}`
    case 'too_big':
      return issue.origin === 'array'
        ? `may have at most ${issue.maximum}`
        : `must be ${issue.inclusive === true ? 'at most' : 'below'} ${issue.maximum}`
    case 'invalid_type':
      if (issue.message === DURATION) return DURATION
      return `must be ${issue.expected === 'int' ? 'a whole number' : issue.expected === 'array' ? 'a list' : `a ${issue.expected}`}`
    default:
      // Messages of our own.
      return issue.message
  }
}

/** A protection as the line that {@link parseProtection} reads, defaults included. */
export function protectionText(spec: ProtectionSpec): string {
  const { kind, ...rest } = spec
  const pairs = Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join('+') : value}`)
  return `${kind}:${pairs.join(',')}`
}

/**
 * Reads a protection from one line: `cooldown`, `cooldown:after=stop,pause=4h`,
 * `session-hours:windows=mon-fri@08:00-16:00+sun@20:00-24:00`.
 *
 * @throws UsageError `KERNEL_PROTECTION` naming what cannot be used.
 */
export function parseProtection(text: string): ProtectionSpec {
  const at = text.indexOf(':')
  const kind = (at < 0 ? text : text.slice(0, at)).trim()
  const rest = at < 0 ? '' : text.slice(at + 1)
  const spec: Record<string, unknown> = { kind }
  for (const pair of rest === '' ? [] : rest.split(',')) {
    const equals = pair.indexOf('=')
    const name = pair.slice(0, Math.max(0, equals)).trim()
    const value = pair.slice(equals + 1).trim()
    if (equals < 1) {
      throw new UsageError({
        code: 'KERNEL_PROTECTION',
        message: `In the protection "${text}", "${pair}" has no "=". Nothing was run.`,
        hint: 'Write cooldown:after=stop,pause=4h.',
        meta: { text },
      })
    }
    spec[name] = name === 'windows' ? value.split('+') : /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
  }
  return protectionOf(spec)
}
