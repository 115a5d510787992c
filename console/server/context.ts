// What every route may reach: the server's parts, built once by server.ts and handed to the application.
import type { FastifyRequest } from 'fastify'
import type { ConsoleCommands } from './commands/commands.ts'
import type { DemoFaults } from './commands/demo.ts'
import type { Presentation } from './commands/stage.ts'
import type { TakenUp } from './commands/taken-up.ts'
import type { Live } from './live/live.ts'
import type { ItemBook } from './lookup/item-book.ts'
import type { LatestEvents } from './lookup/latest-event.ts'
import type { Lineage } from './lookup/lineage.ts'
import type { ConsoleMetrics } from './metrics.ts'
import type { ConsoleOptions, ServerLimits } from './options.ts'
import type { Trust } from './proxy.ts'
import type { Security } from './security.ts'
import type { SnapshotReader } from './state/feed/reader.ts'
import type { ShownRun } from './state/run.ts'
import type { Snapshot } from './state/snapshot.ts'
import type { Engine } from './views/engine.ts'

export type AppContext = {
  options: ConsoleOptions
  limits: ServerLimits
  version: string
  snapshot: Snapshot
  reader: SnapshotReader
  commands: ConsoleCommands
  latestEvents: LatestEvents
  itemBook: ItemBook
  lineage: Lineage
  engine: Engine
  demo: DemoFaults
  takenUp: TakenUp
  live: Live
  stage: Presentation
  security: Security
  metrics: ConsoleMetrics
  trust: Trust
  /** Where the caller found this server, base path included: for links that it may keep. */
  publicUrl(request: FastifyRequest): string
  /** The present run; throws a 503 that says why there is none. */
  run(): ShownRun
}
