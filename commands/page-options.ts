// Options of the commands that serve the page.
import type { OptionHelp } from './options.ts'

export const PAGE_OPTIONS: Record<string, OptionHelp> = {
  port: {
    type: 'string',
    value: 'n',
    text: 'port of the page (or PORT); 0 = any',
    default: '8080',
  },
  host: {
    type: 'string',
    value: 'address',
    text: 'address to listen on (or HOST); other than loopback needs a token',
    default: '127.0.0.1',
  },
  token: { type: 'string', value: 'secret', text: 'token that browsers must present (or TOKEN)' },
}
