// Help texts that teach: built from the commands' own descriptions, so that they cannot lag behind.
import { exitCodesLine } from '../../infra/program/exit-codes.ts'
import type { CliCommand } from './options.ts'

export function overview(commands: CliCommand[]): string {
  const width = Math.max(...commands.map((c) => c.name.length))
  return `Huacheng 花城: a city-operations event-stream simulator whose every number can be proved. 模拟数据 / SIMULATED DATA.

usage: npx huacheng <command> [options]

${commands.map((c) => `  ${c.name.padEnd(width)}  ${c.summary}`).join('\n')}

Each command explains itself: npx huacheng <command> --help
The version: npx huacheng --version
Exit codes: ${exitCodesLine()}.
`
}

export function usage(command: CliCommand): string {
  const names = Object.entries(command.options).map(([name, o]) => [
    `--${name}${o.value ? ` <${o.value}>` : ''}`,
    o.text + (o.default ? ` (default ${o.default})` : ''),
  ])
  const width = Math.max(...names.map(([n]) => n.length))
  const { words } = command
  return `npx huacheng ${command.name}${words ? ` <${words.value}>` : ''}: ${command.summary}

${command.about.trim()}

options:
${names.map(([n, text]) => `  ${n.padEnd(width)}  ${text}`).join('\n')}

examples:
${command.examples.map((e) => `  ${e}`).join('\n')}
`
}
