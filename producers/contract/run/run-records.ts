// The records of `run` as bytes: each kind's checked reader, and what a descriptor's declarations must at least be.
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/schema'
import { type CheckedReader, createCheckedReader } from '../../../infra/text/checked-json.ts'
import type { Declaration } from '../declaration.ts'
import { descriptorSchema, EXPR, exprDefinition } from '../descriptor-schema.ts'
import type {
  AcceptedCommand,
  Announcement,
  Descriptor,
  Horizon,
  Progress,
  RunEnd,
} from '../records.ts'
import {
  acceptedCommandSchema,
  announcementSchema,
  horizonSchema,
  progressSchema,
  runEndSchema,
} from '../schemas.ts'
import { COMMAND_LIMITS } from './run-commands.ts'

/** A descriptor of ours has some 45 kB. */
const DESCRIPTOR_LIMITS = { maxBytes: 1024 * 1024 }
const LIMITS = { maxBytes: 4 * 1024, maxDepth: 4 }
const REMEMBERED_DECLARATIONS = 32

type Readers = {
  descriptor: CheckedReader<Descriptor>
  conductor: CheckedReader<Announcement>
  horizon: CheckedReader<Horizon>
  command: CheckedReader<AcceptedCommand>
  progress: CheckedReader<Progress>
  end: CheckedReader<RunEnd>
}
let compiled: Readers | null = null

/** Compiled by the first who reads a run: most commands read none. */
export function runRecords(): Readers {
  const described: TSchema = { ...descriptorSchema, definitions: { [EXPR]: exprDefinition } }
  compiled ??= {
    descriptor: createCheckedReader(described, DESCRIPTOR_LIMITS),
    conductor: createCheckedReader(announcementSchema, LIMITS),
    horizon: createCheckedReader(horizonSchema, LIMITS),
    command: createCheckedReader(acceptedCommandSchema, COMMAND_LIMITS),
    progress: createCheckedReader(progressSchema, LIMITS),
    end: createCheckedReader(runEndSchema, LIMITS),
  }
  return compiled
}

type Judged = { declarations: Record<string, Declaration>; problem: string | null }
/** By their text: the runs of one build share their declarations, and compiling a schema takes its time. */
const judged = new Map<string, Judged>()

export function judge(declarations: Record<string, Declaration>): Judged {
  const text = JSON.stringify(declarations)
  let known = judged.get(text)
  if (!known) {
    known = { declarations, problem: schemaProblem(declarations) }
    judged.set(text, known)
    if (judged.size > REMEMBERED_DECLARATIONS) judged.delete(judged.keys().next().value!)
  }
  return known
}

/** The schemas inside are compiled by everybody downstream: one that cannot be makes no run. */
function schemaProblem(declarations: Record<string, Declaration>): string | null {
  for (const [domain, { events, commands }] of Object.entries(declarations)) {
    const schemas = [...events.map((e) => e.schema), ...commands.map((c) => c.args)]
    for (const schema of schemas) {
      try {
        Compile(schema)
      } catch (error) {
        return `declarations.${domain}: a schema that does not compile: ${(error as Error).message}`
      }
    }
  }
  return null
}
