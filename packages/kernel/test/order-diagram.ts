import { isFinal, ORDER_STATES, ORDER_TRANSITIONS } from '../src/order-state.ts'

/** The life cycle of an order as a Mermaid diagram, drawn from the table that the kernel checks every step against. */
export function orderDiagram(): string {
  // Mermaid's names of states have no hyphens.
  const name = (state: string): string => state.replaceAll('-', '_')
  const steps = ORDER_STATES.flatMap((from) => ORDER_TRANSITIONS[from].map((to) => `  ${name(from)} --> ${name(to)}`))
  const ends = ORDER_STATES.filter(isFinal).map((state) => `  ${name(state)} --> [*]`)
  return ['```mermaid', 'stateDiagram-v2', '  [*] --> created', ...steps, ...ends, '```'].join('\n')
}
