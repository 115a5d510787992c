// A run's accepted commands as a file of JSON lines: what `huacheng command-log` prints, and whatever simulates takes.
import { collector, problemText, shown } from '../../infra/problem.ts'
import { readTextBytes } from '../../infra/text/text-file.ts'
import type { AcceptedCommand, Descriptor } from '../../producers/contract/records.ts'
import { commandProblems } from '../../producers/contract/run/run-commands.ts'
import { runRecords } from '../../producers/contract/run/run-records.ts'
import type { Catalogue } from '../../seeds/contract.ts'
import type { OptionHelp } from '../options/options.ts'
import { userPath } from '../options/user-path.ts'

export const COMMANDS_OPTION: Record<string, OptionHelp> = {
  commands: {
    type: 'string',
    value: 'log.jsonl',
    text: 'obey these accepted commands too, as `huacheng command-log` prints them',
  },
}

const EXPECTED = 'a line of `npx huacheng command-log`'

/** In the file's order; a Problem lists every line that the run cannot have accepted. `label` is the path as it was given. */
export function readCommandFile(
  label: string,
  descriptor: Descriptor,
  catalogue: Catalogue,
): AcceptedCommand[] {
  const problems = collector()
  const text = readTextBytes(userPath(label))
  if (text.fault) problems.add(label, text.fault.got, text.fault.expected, text.fault.todo)
  const commands: AcceptedCommand[] = []
  const lines = text.fault ? [] : text.bytes.toString().split('\n')
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue
    const where = `${label}:${i + 1}`
    const read = runRecords().command(Buffer.from(line))
    if (read.fault) problems.add(where, read.fault.detail, EXPECTED)
    else {
      problems.found.push(...misfits(read.value, descriptor, catalogue, where))
      commands.push(read.value)
    }
  }
  problems.throwIfAny('no log of commands')
  return commands
}

/** Why this run cannot have accepted it. */
function misfits(
  command: AcceptedCommand,
  descriptor: Descriptor,
  catalogue: Catalogue,
  where: string,
): string[] {
  const { effectiveAt, target } = command
  const { start, end } = descriptor
  const wrong = commandProblems(command, descriptor).map((problem) => `${where} ${problem}`)
  const at = Date.parse(effectiveAt)
  if (!(at >= Date.parse(start) && at <= Date.parse(end))) {
    const todo = 'give the scenario options of the run that accepted it'
    wrong.push(problemText(`${where} effectiveAt`, effectiveAt, `from ${start} to ${end}`, todo))
  }
  if (target !== undefined && catalogue.numberOf(target) < 0) {
    wrong.push(problemText(`${where} target`, shown(target), 'the id of an asset of this city'))
  }
  return wrong
}
