// Reads the topics `command` and `command-result` for everybody: bytes from anybody become a command, an answer, or a report.

import type { LogRecord } from '../../../infra/event-log/event-log.ts'
import type { IgnoredReason, IgnoredRecord } from '../../../infra/event-log/ignored-records.ts'
import {
  type Checked,
  type CheckedReader,
  createCheckedReader,
} from '../../../infra/text/checked-json.ts'
import { COMMAND_ID } from '../keys.ts'
import type { Command, CommandResult } from '../records.ts'
import { commandResultSchema, commandSchema } from '../schemas.ts'
import { COMMAND_LIMITS } from './run-commands.ts'

/** Says what is wrong in words: longer than a command, still short. */
const RESULT_LIMITS = { maxBytes: 64 * 1024, maxDepth: 4 }
const ID = new RegExp(`^${COMMAND_ID}$`)

export type CommandReaderOptions = { topic: string; report(record: IgnoredRecord): void }

/** What somebody asks for; `refused` = it has an id to be answered under, and is no command. */
export type IncomingCommand = { command: Command; refused?: undefined } | { refused: CommandResult }

/** Null = reported, there is nobody to answer to; never throws. */
export function createCommandReader({
  topic,
  report,
}: CommandReaderOptions): (r: LogRecord) => IncomingCommand | null {
  const checked: CheckedReader<Command> = createCheckedReader(commandSchema, COMMAND_LIMITS)
  const object: CheckedReader<{ id?: unknown }> = createCheckedReader({}, COMMAND_LIMITS)
  return (record) => {
    const { key, value, offset } = record
    const ignore = (reason: IgnoredReason, detail: string) => {
      report({ topic, partition: 0, offset, reason, detail })
      return null
    }
    const read = checked(value)
    if (read.fault) {
      const { reason, detail } = read.fault
      const id = reason === 'schema' ? idOf(object(value)) : null
      if (id === null) return ignore(reason, detail)
      return { refused: { id, ok: false, error: `command${detail}` } }
    }
    const command = read.value
    if (key && key.toString() !== command.id) {
      return ignore('key', `key of command "${command.id}" is another, expected its id or none`)
    }
    return { command }
  }
}

function idOf(read: Checked<{ id?: unknown }>): string | null {
  const id = read.fault ? undefined : read.value?.id
  return typeof id === 'string' && ID.test(id) ? id : null
}

/** An answer to a command, or null (reported, or a tombstone). */
export function createResultReader({
  topic,
  report,
}: CommandReaderOptions): (record: LogRecord) => CommandResult | null {
  const checked: CheckedReader<CommandResult> = createCheckedReader(
    commandResultSchema,
    RESULT_LIMITS,
  )
  return ({ key, value, offset }) => {
    const ignore = (reason: IgnoredReason, detail: string) => {
      report({ topic, partition: 0, offset, reason, detail })
      return null
    }
    if (value === null) return null
    const read = checked(value)
    if (read.fault) return ignore(read.fault.reason, read.fault.detail)
    if (key?.toString() !== read.value.id) return ignore('key', 'a key that is not the id in it')
    return read.value
  }
}
