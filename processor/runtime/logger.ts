// What the processor asks of a logger: pino's and the console's fit.

export type Logger = { info(text: string): void; warn(text: string): void }

export const SILENT: Logger = { info: () => {}, warn: () => {} }
