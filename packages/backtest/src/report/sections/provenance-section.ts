import { facts, section } from '../elements.ts'
import { html, type Html } from '../html.ts'
import type { ReportModel } from '../report-model.ts'

/** What is needed to repeat the run and to check that nothing changed. */
export function provenanceSection(model: ReportModel): Html {
  const { provenance } = model
  const versions = Object.entries(provenance.versions).map(([name, version]) => `${name} ${version}`)
  const rows: (readonly [string, Html | string])[] = [
    ['Run', html`<code>${model.runId}</code>`],
    ...Object.entries(provenance.hashes).map(
      ([name, hash]) => [`Hash of ${name}`, html`<code>${hash}</code>`] as const,
    ),
    ['Seed', html`<code>${provenance.seed}</code>`],
    ['Versions', versions.join(', ')],
    ...provenance.dataSources.map((source) => ['Data', source] as const),
  ]
  if (provenance.licenceNote !== undefined) rows.push(['Licence of the data', provenance.licenceNote])
  if (model.synthetic)
    rows.push(['Kind of data', html`<strong class="badge">Synthetic data</strong> generated, not recorded`])
  if (provenance.command !== undefined) rows.push(['Repeat it with', html`<code>${provenance.command}</code>`])
  const config =
    provenance.config === undefined
      ? html``
      : html`<details>
          <summary>Configuration</summary>
          <pre tabindex="0">${JSON.stringify(provenance.config, undefined, 2)}</pre>
        </details>`
  return section('provenance', 'Provenance', [facts(rows, 'prose'), config])
}
