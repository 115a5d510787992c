// `npx huacheng <command>`: the one place where the parts meet; each command is a few lines that wire them together.

import { demo } from './commands/demo.ts'
import { digest } from './commands/digest.ts'
import { events } from './commands/events.ts'
import { overview, usage } from './commands/help.ts'
import { kpis } from './commands/kpis.ts'
import { catalogue, plan, scenarios, topics } from './commands/listings.ts'
import { readValues } from './commands/options.ts'
import { Problem } from './infra/problem.ts'

const commands = [demo, events, kpis, digest, catalogue, plan, scenarios, topics]

async function main(args: string[]): Promise<void> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(overview(commands))
    return
  }
  const command = commands.find((c) => c.name === name)
  if (!command) {
    throw new Problem(
      `huacheng: unknown command "${name}", expected one of ${commands.map((c) => c.name).join(', ')}; see \`npx huacheng --help\``,
    )
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    console.log(usage(command))
    return
  }
  await command.run(readValues(command, rest))
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof Problem)) throw error
  console.error(error.message)
  process.exitCode = error.exitCode
}
