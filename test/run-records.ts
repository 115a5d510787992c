// Records of the topic `run` as the product writes them: same keys, same fields.
import type { NewRecord } from '../infra/event-log/event-log.ts'
import { type RunKey, runKey } from '../producers/contract/keys.ts'
import type {
  AcceptedCommand,
  Announcement,
  Descriptor,
  Horizon,
  RunEnd,
} from '../producers/contract/records.ts'

function record(key: RunKey, value: object): NewRecord {
  return {
    key: Buffer.from(runKey.build(key)),
    value: Buffer.from(JSON.stringify(value)),
    timestamp: 0,
  }
}

export const descriptorRecord = (descriptor: Descriptor, id = 'u') =>
  record({ kind: 'descriptor', run: descriptor.run, id }, descriptor)
export const conductorRecord = (epoch: number, run: string, id: string) =>
  record({ kind: 'conductor', epoch, id }, { run } satisfies Announcement)
export const horizonRecord = (epoch: number, horizon: Horizon) =>
  record({ kind: 'horizon', epoch, term: horizon.term }, horizon)
export const commandRecord = (epoch: number, command: AcceptedCommand) =>
  record({ kind: 'command', epoch, id: command.id, term: command.term }, command)
export const endRecord = (epoch: number, end: RunEnd) =>
  record({ kind: 'end', epoch, term: end.term }, end)
