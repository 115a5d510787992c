// What was commanded last, by anybody: what this page sent and what the run accepted, as one list, the newest first.
import type { TwinChoices } from '../../../messages.ts'
import type { SentCommand } from '../../store/commands.ts'

export type CommandState = 'open' | 'due' | 'done' | 'refused'

export type CommandRow = {
  id: string
  name: string
  target: string | null
  /** Null = this page. */
  by: string | null
  state: CommandState
  /** Sim time (ms) from which it counts; null until the run says so. */
  from: number | null
  sent: SentCommand | null
}

/** `horizon` = how far the city is simulated (ms). The clock's own commands change nothing in the city. */
export function commandRows(
  sent: SentCommand[],
  accepted: TwinChoices['commands'],
  horizon: number,
): CommandRow[] {
  const own = new Map(sent.map((command) => [command.id, command]))
  const known = accepted.map(({ id, name, target, by, effectiveAt }): CommandRow => {
    const from = Date.parse(effectiveAt)
    const mine = own.get(id) ?? null
    const state = from <= horizon ? 'done' : 'due'
    return { ...{ id, name, target, state, from }, by: mine ? null : by, sent: mine }
  })
  const ids = new Set(accepted.map(({ id }) => id))
  const open = sent
    .filter(({ id, name }) => !ids.has(id) && !/^(?:clock|run)\./.test(name))
    .map((command): CommandRow => {
      const { id, name, target = null, phase } = command
      const from = command.effectiveAt === null ? null : Date.parse(command.effectiveAt)
      const isDone = phase === 'confirmed' && from !== null && from <= horizon
      const state =
        phase === 'refused' ? 'refused' : isDone ? 'done' : from === null ? 'open' : 'due'
      return { ...{ id, name, target, state, from }, by: null, sent: command }
    })
  return [...open.reverse(), ...known]
}
