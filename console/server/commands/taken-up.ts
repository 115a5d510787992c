// Who has seen an alert or a finding, whose it is, and which command is about it: one word on each, the same for all pages.
import type { Clock } from '../../../infra/clock.ts'
import { isoTime } from '../../../infra/time.ts'
import type { Command } from '../../../producers/contract/records.ts'
import type { Acknowledgement, AcknowledgementRequest } from '../../messages.ts'
import type { ShownRun } from '../state/run.ts'
import type { Snapshot } from '../state/snapshot.ts'

export type TakenUpContext = {
  snapshot: Pick<Snapshot, 'current'>
  clock: Clock
  /** To every page. */
  publish(acknowledgement: Acknowledgement): void
}

export class TakenUp {
  readonly #context: TakenUpContext

  constructor(context: TakenUpContext) {
    this.#context = context
  }

  /** Null where the run knows no such alert or finding. Who saw it first stands; to whom it was given, as of last. */
  seen(run: ShownRun, { id, by, to }: AcknowledgementRequest): Acknowledgement | null {
    const before = knownOf(run, id)
    if (before && to === undefined) return before
    const isKnown = run.alerts.newestFirst().some((alert) => alert.id === id)
    if (!before && !isKnown && run.findings.assetsOf(id) === null) return null
    const mine = before ?? this.#first(run, id, by?.trim() || null)
    return this.#put(run, to === undefined ? mine : { ...mine, to: to.trim() || null })
  }

  /** The city took it. */
  commanded(command: Command): void {
    const run = this.#context.snapshot.current()
    if (!run) return
    const { id, name } = command
    const simTime = isoTime(run.clock.horizonMs())
    for (const about of aboutOf(run, command)) {
      const mine = knownOf(run, about) ?? this.#first(run, about, null)
      this.#put(run, { ...mine, command: { id, name, simTime } })
    }
  }

  #first({ epoch, clock }: ShownRun, id: string, by: string | null): Acknowledgement {
    const simTime = isoTime(clock.horizonMs())
    return { epoch, id, by, to: null, command: null, at: this.#context.clock.now(), simTime }
  }

  #put({ acknowledgements }: ShownRun, mine: Acknowledgement): Acknowledgement {
    acknowledgements.put(mine.id, mine)
    this.#context.publish(mine)
    return mine
  }
}

const knownOf = ({ acknowledgements }: ShownRun, id: string) =>
  acknowledgements.newestFirst().find((known) => known.id === id)

/** Ids of the open alerts and findings that a command is about. */
function aboutOf(run: ShownRun, { target, args }: Command): string[] {
  const { alerts, findings, catalogue, city } = run
  const named = new Set(Object.values(args).filter((value) => typeof value === 'string'))
  const number = target === undefined ? -1 : catalogue.numberOf(target)
  const domain = number < 0 ? null : catalogue.domains[catalogue.domain[number]]
  const district = number < 0 ? null : city.scopes[catalogue.district[number]].code
  const open = alerts.newestFirst().filter(({ closedAt }) => closedAt === null)
  const answered = open.filter(
    ({ id, kpi, scope }) =>
      named.has(id) || (domain !== null && scope === district && kpi.startsWith(`${domain}.`)),
  )
  const together = findings
    .newestFirst()
    .filter(({ until }) => until === null)
    .filter(({ id, domain: its, attribute, value }) => {
      const isOne = domain === its && String(catalogue.attributes[number][attribute]) === value
      return named.has(id) || isOne
    })
  return [...answered, ...together].map(({ id }) => id)
}
