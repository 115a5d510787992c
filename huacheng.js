#!/usr/bin/env node
// The command's door: checks the Node version in plain JavaScript, then hands over to cli.ts.
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(
    `huacheng: this is Node ${process.versions.node}, expected Node 24 or newer; ` +
      'on Linux x64 and arm64 `npm ci` brings it along (use `npm start` or `npx huacheng`), ' +
      'elsewhere install Node 24 and put it first on PATH',
  )
  process.exit(2)
}
await import('./cli.ts')
