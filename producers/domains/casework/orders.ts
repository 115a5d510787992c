// Carries out an operator's commands on a unit's board, or says why it cannot be done.
import { problemText } from '../../simulation/problems.ts'
import type { SayStep, UnitBoard } from './cases/board.ts'
import type { OpenCase } from './cases/case.ts'
import type { CaseHandling } from './cases/handling.ts'
import { ASSIGN_CASE, CLOSE_CASE, HURRY_CASE, LATEST, NO_TEXT } from './commands.ts'
import { CASE_NOTED } from './event.ts'

/** Where a text stands for none. */
export const textOf = (value: unknown): string => {
  const text = String(value ?? NO_TEXT).trim()
  return text === NO_TEXT ? '' : text
}

/** A command about a case that is open; null when it is done. */
export function orderOnCase(
  board: UnitBoard,
  handling: CaseHandling,
  order: { name: string; args: Record<string, unknown>; time: number; unit: string },
  say: SayStep,
): string | null {
  const { name, args, time, unit } = order
  const one = board.find(String(args.case))
  if (!one) {
    const expected = `a case of ${unit} that is open, or ${LATEST}`
    return problemText(`${name} case`, String(args.case), expected, 'see its registered events')
  }
  if (name === CLOSE_CASE) {
    if (one.step !== 'handled' && one.step !== 'verified') {
      return problemText(`${name} case`, `${one.id}, ${STEP_WORDS[one.step]}`, 'a handled one')
    }
    board.close(one, time, say)
    return null
  }
  if (name === HURRY_CASE) {
    if (one.urgent) return problemText(`${name} case`, `${one.id}, urgent already`, 'another one')
    handling.hurry(one, time)
    say(CASE_NOTED, one, time, 'urgent')
  } else if (name === ASSIGN_CASE) {
    one.owner = String(args.owner)
    say(CASE_NOTED, one, time, 'owner')
  } else {
    one.note = String(args.text)
    say(CASE_NOTED, one, time, 'note')
  }
  return null
}

const STEP_WORDS: Record<OpenCase['step'], string> = {
  registered: 'not dispatched yet',
  dispatched: 'waiting for a crew',
  'under-way': 'in a crew’s hands',
  handled: 'handled',
  verified: 'verified',
}
