import { executionFindings } from './execution-findings.ts'
import type { Finding, FindingsInput, Severity } from './finding.ts'
import { profitFindings } from './profit-findings.ts'
import { sampleFindings } from './sample-findings.ts'

const RANK: Readonly<Record<Severity, number>> = { serious: 0, caution: 1, note: 2 }

/** Everything worth pointing out about a run, the most serious first. Pure; equal inputs give equal findings. */
export function findings(input: FindingsInput): Finding[] {
  const all = [...syntheticData(input), ...sampleFindings(input), ...profitFindings(input), ...executionFindings(input)]
  // A benchmark's name in lower case may stand first.
  const sentences = all.map((each) => ({ ...each, text: `${each.text.charAt(0).toUpperCase()}${each.text.slice(1)}` }))
  return sentences.toSorted((a, b) => RANK[a.severity] - RANK[b.severity])
}

function syntheticData({ synthetic }: FindingsInput): Finding[] {
  if (!synthetic) return []
  return [
    {
      code: 'synthetic',
      severity: 'serious',
      title: 'Synthetic data',
      text: 'The market was generated, not recorded. The result shows that the machinery works and says nothing about any real market.',
      value: 1,
    },
  ]
}
