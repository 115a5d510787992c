// The first thing a person sees in a bundle's folder.
import type { BundleSystem } from './systems.ts'

export function readme(system: BundleSystem, node: string, version: string): string {
  const { file } = system.starter
  const [zh, en] = HINTS[system.name.split('-')[0]] ?? ['', '']
  return `花城 Huacheng ${version} · ${system.name} · Node ${node}
模拟数据 · SIMULATED DATA

中文
  双击 ${file}：一座模拟的城市开始运行，浏览器随即打开 http://127.0.0.1:8080。
  不需要安装任何东西，也不需要网络；一切只在本机进行。按 ? 查看全部快捷键，演示脚本见 app/docs/demo.md。
  关闭窗口或按 Ctrl-C 即停止。若 8080 端口被占用，则使用下一个空闲端口，窗口中会写明。
${zh}
English
  Double-click ${file}: a simulated city begins to move, and the browser opens http://127.0.0.1:8080.
  Nothing has to be installed and no network is needed: everything stays on this machine. ? lists all keys;
  the rehearsed scripts are in app/docs/demo.md. Close the window or press Ctrl-C to stop. Where port 8080 is taken the
  next free one is used, and the window says so.
${en}`
}

const HINTS: Record<string, [string, string]> = {
  linux: [
    '  若双击只打开文本，请在此文件夹中运行 ./start-huacheng.sh。\n',
    '  Where a double click shows the text instead, run ./start-huacheng.sh in this folder.\n',
  ],
  macos: [
    '  首次启动若提示“无法验证开发者”：按住 Control 点按该文件，选择“打开”。\n',
    '  If macOS says that it cannot check the developer: Control-click the file, then choose Open, once.\n',
  ],
  windows: [
    '  若 SmartScreen 提示，请选择“更多信息”→“仍要运行”。请先把压缩包完整解压。\n',
    '  Extract the whole zip first. If SmartScreen asks: More info, then Run anyway.\n',
  ],
}
