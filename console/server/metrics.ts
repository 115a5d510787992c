// Counters and gauges of the console server, in the registry it is handed.
import { Counter, Gauge, type Registry } from 'prom-client'

export type ConsoleMetrics = ReturnType<typeof createConsoleMetrics>

export function createConsoleMetrics(registry: Registry) {
  const registers = [registry]
  const counter = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Counter<L>({ name: `huacheng_console_${name}`, help, labelNames, registers })
  return {
    clients: new Gauge({
      name: 'huacheng_console_clients',
      help: 'Open sockets on /live',
      registers,
    }),
    records: counter('records_total', 'Records read from the log', ['topic']),
    tailRestarts: counter('tail_restarts_total', 'Times a tail was opened again', ['topic']),
    tailOvertaken: counter('tail_overtaken_total', 'Times retention overtook a tail', ['topic']),
    sent: counter('messages_sent_total', 'Messages sent to clients', ['kind']),
    sentBytes: counter('bytes_sent_total', 'Payload bytes sent to clients', ['kind']),
    conflated: counter('conflated_assets_total', 'Assets whose state waited for a slow client'),
    refused: counter('refused_total', 'Refused upgrades and requests', ['reason']),
    cut: counter('clients_cut_total', 'Sockets ended by the server', ['reason']),
    commands: counter('commands_total', 'Commands by outcome', ['outcome']),
  }
}
