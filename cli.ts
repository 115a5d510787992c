// `npx huacheng <command>`: the one place where the parts meet; each command is a few lines that wire them together.
import { overview, usage } from './commands/help.ts'
import { type Command, readValues } from './commands/options.ts'
import { tellingProblems } from './infra/main.ts'
import { Problem } from './infra/problem.ts'
import { printLine } from './infra/standard-output.ts'
import { version } from './infra/version.ts'

/** Loaded when asked for: a listing need not wait for a web server or a Kafka client. */
const commands: Record<string, () => Promise<Command>> = {
  demo: async () => (await import('./commands/demo.ts')).demo,
  events: async () => (await import('./commands/events.ts')).events,
  kpis: async () => (await import('./commands/kpis.ts')).kpis,
  digest: async () => (await import('./commands/digest.ts')).digest,
  catalogue: async () => (await import('./commands/listings.ts')).catalogue,
  plan: async () => (await import('./commands/listings.ts')).plan,
  scenarios: async () => (await import('./commands/listings.ts')).scenarios,
  topics: async () => (await import('./commands/listings.ts')).topics,
  contracts: async () => (await import('./commands/contracts.ts')).contracts,
  produce: async () => (await import('./commands/produce.ts')).produce,
  process: async () => (await import('./commands/process.ts')).processCommand,
  console: async () => (await import('./commands/console.ts')).consoleCommand,
  audit: async () => (await import('./commands/audit.ts')).audit,
  clean: async () => (await import('./commands/clean.ts')).clean,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
}

async function main(args: string[]): Promise<void> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    printLine(overview(await Promise.all(Object.values(commands).map((load) => load()))))
    return
  }
  if (name === '--version' || name === '-v' || name === 'version') {
    printLine(version)
    return
  }
  if (!Object.hasOwn(commands, name)) {
    throw new Problem(
      `huacheng: unknown command "${name}", expected one of ${Object.keys(commands).join(', ')}; see \`npx huacheng --help\``,
    )
  }
  const command = await commands[name]()
  if (rest.includes('--help') || rest.includes('-h')) {
    printLine(usage(command))
    return
  }
  await command.run(readValues(command, rest))
}

await tellingProblems(() => main(process.argv.slice(2)))
