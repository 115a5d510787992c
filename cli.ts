// `npx huacheng <command>`: the one place where the parts meet; each command is a few lines that wire them together.

import { commands } from './commands/list.ts'
import { overview, usage } from './commands/options/help.ts'
import { Problem } from './infra/problem.ts'
import { reportingProblems } from './infra/program/main.ts'
import { printLine } from './infra/program/standard-output.ts'
import { version } from './infra/version.ts'

async function main(args: string[]): Promise<void> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    printLine(overview(commands))
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
  const { summary, load } = commands[name]
  const command = await load()
  if (rest.includes('--help') || rest.includes('-h')) {
    printLine(usage(command, summary))
    return
  }
  const { readValues } = await import('./commands/options/options.ts')
  await command.run(readValues(command, rest))
}

await reportingProblems(() => main(process.argv.slice(2)))
