// What a twin leaves out of its run: the one place that decides.
import { USUAL } from '../processor/contract/types.ts'
import type { AcceptedCommand } from '../producers/contract/records.ts'
import { isForConductor } from '../producers/contract/run/run-commands.ts'

/** `usual` leaves out whatever operators did to the city, incidents included; any other twin the command it is named by. */
export function isLeftOut(twin: string, command: AcceptedCommand): boolean {
  return twin === USUAL ? !isForConductor(command) : command.id === twin
}
