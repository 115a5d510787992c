// The commands of `npx huacheng`, in the order in which the help lists them.
import type { CliCommand } from './options/options.ts'

/** Loaded when asked for: a listing need not wait for a web server or a Kafka client. */
export const commands: Record<string, () => Promise<CliCommand>> = {
  demo: async () => (await import('./demo/demo.ts')).demo,
  events: async () => (await import('./events/events.ts')).events,
  kpis: async () => (await import('./kpis.ts')).kpis,
  alerts: async () => (await import('./alerts/alerts.ts')).alerts,
  digest: async () => (await import('./digest.ts')).digest,
  catalogue: async () => (await import('./listings.ts')).catalogue,
  plan: async () => (await import('./listings.ts')).plan,
  'plan-numbers': async () => (await import('./plan-numbers.ts')).planNumbers,
  scenarios: async () => (await import('./scenarios/scenarios.ts')).scenarios,
  topics: async () => (await import('./listings.ts')).topics,
  contracts: async () => (await import('./contracts/contracts.ts')).contracts,
  produce: async () => (await import('./produce/produce.ts')).produce,
  process: async () => (await import('./process.ts')).processCommand,
  twin: async () => (await import('./twin/twin.ts')).twinCommand,
  console: async () => (await import('./console.ts')).consoleCommand,
  status: async () => (await import('./city/status.ts')).status,
  'command-log': async () => (await import('./command-log.ts')).commandLog,
  command: async () => (await import('./city/command.ts')).command,
  wait: async () => (await import('./city/wait.ts')).wait,
  audit: async () => (await import('./audit/audit.ts')).audit,
  record: async () => (await import('./replay/record.ts')).record,
  info: async () => (await import('./replay/info.ts')).info,
  replay: async () => (await import('./replay/replay.ts')).replay,
  verify: async () => (await import('./replay/verify.ts')).verify,
  diff: async () => (await import('./replay/diff.ts')).diff,
  clean: async () => (await import('./clean.ts')).clean,
  'new-domain': async () => (await import('./new-domain/new-domain.ts')).newDomain,
  doctor: async () => (await import('./doctor/doctor.ts')).doctor,
}
