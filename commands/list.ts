// The commands of `npx huacheng`, in the order in which the help lists them, each with what it is for.
import type { CliCommand } from './options/options.ts'

/** A listing is told from here alone: it need not wait for what the commands bring, a web server or a Kafka client. */
export type ListedCommand = { summary: string; load(): Promise<CliCommand> }

export const commands: Record<string, ListedCommand> = {
  demo: {
    summary: 'show the moving city in one process (what `npm start` runs)',
    load: async () => (await import('./demo/demo.ts')).demo,
  },
  events: {
    summary: 'print the events of a scenario',
    load: async () => (await import('./events/events.ts')).events,
  },
  kpis: {
    summary: 'print the final KPI readings of a scenario, or of a run on Kafka',
    load: async () => (await import('./kpis.ts')).kpis,
  },
  alerts: {
    summary: 'print the alerts of a scenario, scored against its incidents',
    load: async () => (await import('./alerts/alerts.ts')).alerts,
  },
  digest: {
    summary: 'prove what a scenario produces, or what lies on Kafka: chains and city digest',
    load: async () => (await import('./digest.ts')).digest,
  },
  catalogue: {
    summary: 'print every asset of the city',
    load: async () => (await import('./listings.ts')).catalogue,
  },
  plan: {
    summary: 'print the plan targets with their sources',
    load: async () => (await import('./listings.ts')).plan,
  },
  'plan-numbers': {
    summary: 'print planned numbers per district, ready for plan.json',
    load: async () => (await import('./plan-numbers.ts')).planNumbers,
  },
  scenarios: {
    summary: 'list the scenarios, or check a file: what is wrong with it, what it will do',
    load: async () => (await import('./scenarios/scenarios.ts')).scenarios,
  },
  topics: {
    summary: 'list the topics with partitions and clean-up',
    load: async () => (await import('./listings.ts')).topics,
  },
  contracts: {
    summary: 'check or write the published contracts in docs/',
    load: async () => (await import('./contracts/contracts.ts')).contracts,
  },
  produce: {
    summary: 'run one producer process on Kafka',
    load: async () => (await import('./produce/produce.ts')).produce,
  },
  process: {
    summary: 'run a processor on Kafka; any number of them share the work',
    load: async () => (await import('./process.ts')).processCommand,
  },
  twin: {
    summary: 'run a twin of the city on Kafka: what would be if nobody had acted (不处置会怎样)',
    load: async () => (await import('./twin/twin.ts')).twinCommand,
  },
  load: {
    summary: 'load-test a pipeline with the city’s events: rates, shapes, latencies, a verdict',
    load: async () => (await import('./load/load.ts')).load,
  },
  compare: {
    summary: 'compare two reports of `load`: what got worse by more than a tenth',
    load: async () => (await import('./load/compare.ts')).compare,
  },
  console: {
    summary: 'serve the page over a city on Kafka',
    load: async () => (await import('./console.ts')).consoleCommand,
  },
  status: {
    summary: 'say what a running city is doing: run, clock, lag, ledger, alerts',
    load: async () => (await import('./city/status.ts')).status,
  },
  'command-log': {
    summary: 'print the commands that a run on Kafka has accepted',
    load: async () => (await import('./command-log.ts')).commandLog,
  },
  command: {
    summary: 'send a command to a running city and wait for its answer',
    load: async () => (await import('./city/command.ts')).command,
  },
  wait: {
    summary: 'wait until a running city is ready, as far as asked, over, or without a lag',
    load: async () => (await import('./city/wait.ts')).wait,
  },
  audit: {
    summary: 'prove a run: recompute every reading from its events and account for every record',
    load: async () => (await import('./audit/audit.ts')).audit,
  },
  grade: {
    summary: 'grade somebody else’s KPI readings against the truth, cell by cell',
    load: async () => (await import('./grade/grade.ts')).grade,
  },
  flink: {
    summary: 'print the KPIs as a Flink SQL job, made from the declarations',
    load: async () => (await import('./flink/flink.ts')).flink,
  },
  record: {
    summary: 'record the topics of a city, or any others, byte by byte',
    load: async () => (await import('./replay/record.ts')).record,
  },
  import: {
    summary: 'make a recording of files: JSON lines or CSV, as a mapping says',
    load: async () => (await import('./import/import.ts')).importCommand,
  },
  info: {
    summary: 'say what a recording holds',
    load: async () => (await import('./replay/info.ts')).info,
  },
  index: {
    summary: 'make the index by which a recording opens and seeks fast',
    load: async () => (await import('./replay/index-recording.ts')).indexCommand,
  },
  replay: {
    summary: 'play a recording as it was, from any time, at any speed',
    load: async () => (await import('./replay/replay.ts')).replay,
  },
  verify: {
    summary: 'prove a recording: files, counts, and the chain of every topic-partition',
    load: async () => (await import('./replay/verify.ts')).verify,
  },
  diff: {
    summary:
      'compare two recordings down to the first event that differs, and the KPI cells it moved',
    load: async () => (await import('./replay/diff.ts')).diff,
  },
  brief: {
    summary: 'write a recording’s state at a time as one A4 page (城市运行简报)',
    load: async () => (await import('./replay/brief.ts')).brief,
  },
  cut: {
    summary: 'cut a stretch of sim time out of a recording, as a recording of its own',
    load: async () => (await import('./replay/cut.ts')).cut,
  },
  share: {
    summary: 'make one HTML file of a stretch of a recording that plays without a server',
    load: async () => (await import('./replay/share/share.ts')).share,
  },
  export: {
    summary: 'write a recording as files for other people’s tools',
    load: async () => (await import('./replay/export.ts')).exportCommand,
  },
  clean: {
    summary: 'list and remove what a city left on a Kafka cluster',
    load: async () => (await import('./clean.ts')).clean,
  },
  'new-domain': {
    summary: 'write a new domain: six files, its line, and data for every city',
    load: async () => (await import('./new-domain/new-domain.ts')).newDomain,
  },
  doctor: {
    summary: 'check this machine, and a Kafka cluster, and say what to do',
    load: async () => (await import('./doctor/doctor.ts')).doctor,
  },
}
