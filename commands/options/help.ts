// Help texts that teach: built from the commands' own descriptions, so that they cannot lag behind.
import { exitCodesLine } from '../../infra/program/exit-codes.ts'
import type { CliCommand } from './options.ts'

/** `commands` by their names, each with what it is for. */
export function overview(commands: Record<string, { summary: string }>): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length))
  return `Huacheng 花城: a city-operations event-stream simulator whose every number can be proved. 模拟数据 / SIMULATED DATA.

usage: npx huacheng <command> [options]

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`)
  .join('\n')}

Each command explains itself: npx huacheng <command> --help
The version: npx huacheng --version
Exit codes: ${exitCodesLine()}.
`
}

export function usage(command: CliCommand, summary: string): string {
  const names = Object.entries(command.options).map(([name, o]) => [
    `--${name}${o.value ? ` <${o.value}>` : ''}`,
    o.text + (o.default ? ` (default ${o.default})` : ''),
  ])
  const width = Math.max(...names.map(([n]) => n.length))
  const { words } = command
  return `npx huacheng ${command.name}${words ? ` <${words.value}>` : ''}: ${summary}

${command.about.trim()}

options:
${names.map(([n, text]) => `  ${n.padEnd(width)}  ${text}`).join('\n')}

examples:
${command.examples.map((e) => `  ${e}`).join('\n')}
`
}
