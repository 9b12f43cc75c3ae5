import { CodeloopError } from '../core/errors.js';
import { findProgram, runCommand } from '../core/run-command.js';
import { type CommandLine, parseListedWindows, runScript, type WindowSystem } from './window-system.js';

/** Declares what the scripts need of user32.dll. */
const USER32 = `
Add-Type -Name W -Namespace U -MemberDefinition @'
[DllImport("user32.dll")] public static extern bool ShowWindow(IntPtr h, int c);
[DllImport("user32.dll")] public static extern bool SetForegroundWindow(IntPtr h);
[DllImport("user32.dll")] public static extern IntPtr GetForegroundWindow();
[DllImport("user32.dll")] public static extern bool IsIconic(IntPtr h);
[DllImport("user32.dll")] public static extern bool GetClientRect(IntPtr h, int[] r);
[DllImport("user32.dll")] public static extern bool ClientToScreen(IntPtr h, int[] p);
'@
[Console]::OutputEncoding = [Text.Encoding]::UTF8
`.trim();

/** The command that lists main windows as JSON lines; `id` is the window handle. */
export function listCommand(): CommandLine {
  return powershell(`
Get-Process | Where-Object { $_.MainWindowHandle -ne 0 -and $_.MainWindowTitle } | ForEach-Object {
  $r = New-Object int[] 4; $p = New-Object int[] 2
  [void][U.W]::GetClientRect($_.MainWindowHandle, $r); [void][U.W]::ClientToScreen($_.MainWindowHandle, $p)
  [pscustomobject]@{ id = "$([int64]$_.MainWindowHandle)"; title = $_.MainWindowTitle; className = $_.ProcessName; pid = $_.Id; x = $p[0]; y = $p[1]; width = $r[2]; height = $r[3]; minimised = [U.W]::IsIconic($_.MainWindowHandle) } | ConvertTo-Json -Compress
}`);
}

/** The command that prints the handle of the window in front. */
export function focusedCommand(): CommandLine {
  return powershell('[int64][U.W]::GetForegroundWindow()');
}

/** Restores a minimised window (SW_RESTORE) and brings it to the front. Only a number goes into the script. */
export function raiseCommand(handle: number): CommandLine {
  return powershell(
    `if ([U.W]::IsIconic(${handle})) { [void][U.W]::ShowWindow(${handle}, 9) }; [void][U.W]::SetForegroundWindow(${handle})`,
  );
}

/** Minimises a window (SW_MINIMIZE). */
export function minimiseCommand(handle: number): CommandLine {
  return powershell(`[void][U.W]::ShowWindow(${handle}, 6)`);
}

/** Records one window by its title (gdigrab). */
export function grabCommandArgs(title: string, fps: number): string[] {
  return [
    ...['-nostdin', '-hide_banner', '-v', 'error', '-f', 'gdigrab', '-framerate', String(fps), '-draw_mouse', '1'],
    ...['-i', `title=${title}`, '-flush_packets', '1'],
    ...['-f', 'image2pipe', '-c:v', 'mjpeg', '-pix_fmt', 'yuvj444p', '-q:v', '3', 'pipe:1'],
  ];
}

/** One picture of one window by its title (gdigrab), as PNG on the standard output. */
export function stillCommandArgs(title: string): string[] {
  return [
    ...['-nostdin', '-hide_banner', '-v', 'error', '-f', 'gdigrab', '-draw_mouse', '0', '-i', `title=${title}`],
    ...['-frames:v', '1', '-f', 'image2pipe', '-c:v', 'png', 'pipe:1'],
  ];
}

function powershell(script: string): CommandLine {
  // As UTF-16 in base64, so that no quoting can change what it says.
  const encoded = Buffer.from(`${USER32}\n${script.trim()}`, 'utf16le').toString('base64');
  return { program: 'powershell', args: ['-NoProfile', '-NonInteractive', '-EncodedCommand', encoded] };
}

/**
 * The windows of Windows: looked at by PowerShell and user32, photographed and recorded by gdigrab. Steps cannot be taken. Its command
 * lines are tested, the system itself has not been run.
 */
export function windowsSystem(): WindowSystem {
  const list = async () => parseListedWindows(await runScript(listCommand()));
  return {
    id: 'windows',
    list,
    look: async (window) => (await list()).find(({ id }) => id === window.id),
    focused: async () => (await runScript(focusedCommand())).trim(),
    raise: async (window) => void (await runScript(raiseCommand(Number(window.id)))),
    refocus: async (id) => void (await runScript(raiseCommand(Number(id)))),
    minimise: async (window) => void (await runScript(minimiseCommand(Number(window.id)))),
    async still(window) {
      const { code, stdout } = await runCommand(encoder(), stillCommandArgs(window.title), {
        timeoutMs: 15_000,
        maxBytes: 512 * 1024 * 1024,
      });
      if (code !== 0 || stdout.length === 0)
        throw new CodeloopError('WINDOW_NOT_FOUND', {
          window: JSON.stringify(window.title),
          reason: 'its pixels cannot be read',
        });
      const { decode } = await import('../image/decode.js');
      return decode({ bytes: stdout, name: 'window' });
    },
    grab: (window, fps) => ({
      program: encoder(),
      args: grabCommandArgs(window.title, fps),
      env: process.env,
    }),
  };
}

function encoder(): string {
  const program = findProgram('ffmpeg');
  if (program === undefined)
    throw new CodeloopError('PROGRAM_NOT_FOUND', {
      program: 'ffmpeg',
      purpose: 'recording a window',
      package: 'ffmpeg',
    });
  return program;
}
