// The port of /health and /metrics of a long-running program, where one was asked for.
import type { Metrics } from '../../infra/metrics.ts'
import { startStatusServer } from '../../infra/status-server.ts'
import { environment } from '../options/environment.ts'
import { hostOption, numberOption, type OptionHelp, type OptionValues } from '../options/options.ts'

export const STATUS_OPTIONS: Record<string, OptionHelp> = {
  'status-port': {
    type: 'string',
    value: 'n',
    text: 'port of /health and /metrics (or STATUS_PORT); 0 = any; without it there is none',
  },
  'status-host': {
    type: 'string',
    value: 'address',
    text: 'its address (or STATUS_HOST); whoever reaches it may read both',
    default: '127.0.0.1',
  },
}

export type StatusServer = Awaited<ReturnType<typeof startStatusServer>>

export function statusPort(values: OptionValues): number | undefined {
  const asked = { 'status-port': values['status-port'] ?? environment().STATUS_PORT }
  return numberOption(asked, 'status-port', 0, 65_535, true)
}

export function statusHost(values: OptionValues): string {
  return hostOption('--status-host', (values['status-host'] as string) ?? environment().STATUS_HOST)
}

/** Null where none was asked for. */
export async function openStatus(
  values: OptionValues,
  metrics: Metrics,
  reasons: () => string[],
): Promise<StatusServer | null> {
  const port = statusPort(values)
  if (port === undefined) return null
  return startStatusServer({ host: statusHost(values), port, registry: metrics.registry, reasons })
}
