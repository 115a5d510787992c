// What a twin leaves out of its run: the one place that decides.
import { USUAL } from '../processor/contract/types.ts'
import type { AcceptedCommand } from '../producers/contract/records.ts'
import { isForConductor } from '../producers/contract/run/run-commands.ts'
import type { Scenario } from '../seeds/contract.ts'

/** `usual` leaves out whatever operators do to the city, incidents among it; any other twin the command it is named by. */
export function isLeftOut(twin: string, command: AcceptedCommand): boolean {
  return twin === USUAL ? !isForConductor(command) : command.id === twin
}

/** The scenario as the twin plays it: without its incidents, or without the one that the twin is named by. */
export function playedBy(twin: string, scenario: Scenario): Scenario {
  const incidents = twin === USUAL ? [] : scenario.incidents.filter(({ id }) => id !== twin)
  return { ...scenario, incidents }
}

/** Whether anything is left out: a run without any of it needs no twin of its own. */
export function differs(twin: string, scenario: Scenario, commands: AcceptedCommand[]): boolean {
  const { incidents } = playedBy(twin, scenario)
  if (incidents.length < scenario.incidents.length) return true
  return commands.some((command) => isLeftOut(twin, command))
}
