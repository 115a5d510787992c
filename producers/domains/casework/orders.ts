// Carries out an operator's commands on a unit's board, or says why it cannot be done.
import { problemText } from '../../simulation/problems.ts'
import type { SayStep, UnitBoard } from './cases/board.ts'
import type { OpenCase } from './cases/case.ts'
import type { CaseHandling } from './cases/handling.ts'
import { ASSIGN_CASE, CLOSE_CASE, HURRY_CASE } from './commands.ts'
import { CASE_NOTED } from './event.ts'

/** A text that need not be given. */
export const textOf = (value: unknown): string => String(value ?? '').trim()

type Fit = { is(one: OpenCase): boolean; what: string }

const ANY: Fit = { is: () => true, what: 'a case' }
/** Cases that a command can do something about, where these are not all. */
const FITS: Record<string, Fit> = {
  [CLOSE_CASE]: {
    is: ({ step }) => step === 'handled' || step === 'verified',
    what: 'a handled case',
  },
  [HURRY_CASE]: { is: ({ urgent }) => !urgent, what: 'a case that is not urgent' },
}

/** A command about a case that is open; null when it is done. */
export function orderOnCase(
  board: UnitBoard,
  handling: CaseHandling,
  order: { name: string; args: Record<string, unknown>; time: number; unit: string },
  say: SayStep,
): string | null {
  const { name, args, time, unit } = order
  const { is, what } = FITS[name] ?? ANY
  const asked = args.case === undefined ? null : String(args.case)
  const one = asked === null ? board.latest(is) : board.find(asked)
  if (!one) {
    const expected = `${what} of ${unit} that is open`
    return problemText(`${name} case`, asked ?? 'none', expected, 'see its registered events')
  }
  if (!is(one)) {
    const got = `${one.id}, ${one.urgent ? 'urgent, ' : ''}${STEP_WORDS[one.step]}`
    return problemText(`${name} case`, got, what)
  }
  if (name === CLOSE_CASE) {
    board.close(one, time, say)
    return null
  }
  if (name === HURRY_CASE) {
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
