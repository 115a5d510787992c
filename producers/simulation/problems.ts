// What is wrong with a domain's data or with a command, in the form that all problems have.
import { collector } from '../../infra/problem.ts'
import type { SimulationContext } from './simulator.ts'

export { collector, Problem, problemText } from '../../infra/problem.ts'

export type RequiredEntries = {
  domain: string
  /** Of the catalogue's assets. */
  attribute: string
  /** Of the domain's parameters: what has one entry for each of the attribute's values. */
  section: string
}

/** Throws one Problem unless the parameters have an entry for every value of an attribute of the context's assets. */
export function requireEntries(context: SimulationContext, required: RequiredEntries): void {
  const problems = collector()
  checkEntries(context, required, problems)
  problems.throwIfAny(`${required.domain} cannot be simulated`)
}

/** As `requireEntries`, for a domain that has more to say at once. */
export function checkEntries(
  context: SimulationContext,
  required: RequiredEntries,
  problems: ReturnType<typeof collector>,
): void {
  const { assets, catalogue, city } = context
  const { domain, attribute, section } = required
  const entries = (context.parameters as Record<string, object>)[section]
  const used = new Set<string>()
  for (const number of assets) used.add(String(catalogue.attributes[number][attribute]))
  for (const value of [...used].sort()) {
    if (Object.hasOwn(entries, value)) continue
    problems.add(
      `seeds/${city.id}/${domain}.json: simulation.${section}`,
      `no entry for the catalogue's ${attribute} "${value}"`,
      `one of ${Object.keys(entries).join(', ')}`,
      'add the entry or correct the section "catalogue"',
    )
  }
}
