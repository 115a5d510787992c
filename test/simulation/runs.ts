// What the simulated log says of its runs: descriptors, commands that count, whether the newest has ended.
import { runKey } from '../../producers/contract/keys.ts'
import type { AcceptedCommand, Descriptor } from '../../producers/contract/records.ts'
import type { Broker } from './broker.ts'
import { topics } from './cast.ts'
import { type TinyCity, type Undisturbed, undisturbed } from './city.ts'

export type ToldRun = {
  epoch: number
  descriptor: Descriptor
  /** In the order in which they take effect. */
  commands: AcceptedCommand[]
  ended: boolean
  /** Offset of the newest announcement of a conductor so far. */
  term: number
}

/** Every run on the log, compacted records included, oldest first. */
function toldRuns(broker: Broker): ToldRun[] {
  const runs = new Map<number, ToldRun>()
  for (const { key, value, offset } of broker.shelf(topics.run, 0).records) {
    const is = runKey.parse(String(key))
    const json = () => JSON.parse(value!.toString())
    if (is?.kind === 'descriptor') {
      const epoch = Number(offset)
      runs.set(epoch, { epoch, descriptor: json(), commands: [], ended: false, term: epoch })
      continue
    }
    const run = is && runs.get(is.epoch)
    if (!run) continue
    if (is.kind === 'conductor') run.term = Number(offset)
    else if (is.kind === 'end') run.ended = true
    else if (is.kind === 'command' && is.term >= run.term) addOnce(run.commands, json())
  }
  return [...runs.values()]
}

/** A request that was written twice names a command twice. */
function addOnce(commands: AcceptedCommand[], command: AcceptedCommand): void {
  if (!commands.some((c) => c.id === command.id)) commands.push(command)
}

/** What each run would have written if nothing had ever gone wrong. */
export function undisturbedRuns(broker: Broker, tiny: TinyCity): (ToldRun & Undisturbed)[] {
  return toldRuns(broker).map((run) => ({
    ...run,
    ...undisturbed(tiny, run.descriptor, run.epoch, run.commands),
  }))
}
