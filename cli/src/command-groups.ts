// The commands in the groups of the help. The file of a command is loaded when the command is used: loading all files takes longer
// than running one command.

import type { CommandContext } from './commands/context';

/** The commands of a file. */
export interface CommandFile {
  readonly names: readonly string[];
  /** Loads the file, and adds its commands to the program. */
  add(context: CommandContext): void;
}

/** Headings of the help, with their commands. */
export const commandGroups: readonly (readonly [string, readonly CommandFile[]])[] = [
  [
    'Send events:',
    [
      {
        names: ['send'],
        add: (context) =>
          (require('./commands/send') as typeof import('./commands/send')).addSendCommand(context),
      },
      {
        names: ['start'],
        add: (context) =>
          (require('./commands/start') as typeof import('./commands/start')).addStartCommand(context),
      },
      {
        names: ['detected', 'update', 'resolve'],
        add: (context) =>
          (require('./commands/resolve') as typeof import('./commands/resolve')).addResolveCommands(context),
      },
      {
        names: ['wrap'],
        add: (context) =>
          (require('./commands/wrap') as typeof import('./commands/wrap')).addWrapCommand(context),
      },
      {
        names: ['deploy'],
        add: (context) =>
          (require('./commands/deploy') as typeof import('./commands/deploy')).addDeployCommand(context),
      },
      {
        names: ['flush'],
        add: (context) =>
          (require('./commands/flush') as typeof import('./commands/flush')).addFlushCommand(context),
      },
    ],
  ],
  [
    'Query:',
    [
      {
        names: ['list'],
        add: (context) =>
          (require('./commands/list') as typeof import('./commands/list')).addListCommand(context),
      },
      {
        names: ['tail'],
        add: (context) =>
          (require('./commands/tail') as typeof import('./commands/tail')).addTailCommand(context),
      },
      {
        names: ['show'],
        add: (context) =>
          (require('./commands/show') as typeof import('./commands/show')).addShowCommand(context),
      },
      {
        names: ['types', 'tags'],
        add: (context) =>
          (require('./commands/catalog') as typeof import('./commands/catalog')).addCatalogCommands(context),
      },
      {
        names: ['spans'],
        add: (context) =>
          (require('./commands/spans') as typeof import('./commands/spans')).addSpansCommand(context),
      },
      {
        names: ['suspects', 'followers'],
        add: (context) =>
          (require('./commands/suspects') as typeof import('./commands/suspects')).addSuspectCommands(
            context,
          ),
      },
      {
        names: ['report'],
        add: (context) =>
          (require('./commands/report') as typeof import('./commands/report')).addReportCommand(context),
      },
    ],
  ],
  [
    'Correct events:',
    [
      {
        names: ['edit'],
        add: (context) =>
          (require('./commands/edit') as typeof import('./commands/edit')).addEditCommand(context),
      },
      {
        names: ['delete'],
        add: (context) =>
          (require('./commands/delete') as typeof import('./commands/delete')).addDeleteCommand(context),
      },
      {
        names: ['restore'],
        add: (context) =>
          (require('./commands/restore') as typeof import('./commands/restore')).addRestoreCommand(context),
      },
      {
        names: ['history'],
        add: (context) =>
          (require('./commands/history') as typeof import('./commands/history')).addHistoryCommand(context),
      },
      {
        names: ['purge'],
        add: (context) =>
          (require('./commands/purge') as typeof import('./commands/purge')).addPurgeCommand(context),
      },
      {
        names: ['rejects'],
        add: (context) =>
          (require('./commands/rejects') as typeof import('./commands/rejects')).addRejectsCommand(context),
      },
    ],
  ],
  [
    'Export and import:',
    [
      {
        names: ['export'],
        add: (context) =>
          (require('./commands/export') as typeof import('./commands/export')).addExportCommand(context),
      },
      {
        names: ['import'],
        add: (context) =>
          (require('./commands/import') as typeof import('./commands/import')).addImportCommand(context),
      },
    ],
  ],
  [
    'Run a server:',
    [
      {
        names: ['serve'],
        add: (context) =>
          (require('./commands/serve') as typeof import('./commands/serve')).addServeCommand(context),
      },
      {
        names: ['demo'],
        add: (context) =>
          (require('./commands/demo') as typeof import('./commands/demo')).addDemoCommand(context),
      },
      {
        names: ['hooks'],
        add: (context) =>
          (require('./commands/hooks') as typeof import('./commands/hooks')).addHooksCommand(context),
      },
      {
        names: ['targets'],
        add: (context) =>
          (require('./commands/targets') as typeof import('./commands/targets')).addTargetsCommand(context),
      },
      {
        names: ['token'],
        add: (context) =>
          (require('./commands/token') as typeof import('./commands/token')).addTokenCommand(context),
      },
      {
        names: ['health'],
        add: (context) =>
          (require('./commands/health') as typeof import('./commands/health')).addHealthCommand(context),
      },
      {
        names: ['backup', 'restore-backup'],
        add: (context) =>
          (require('./commands/backup') as typeof import('./commands/backup')).addBackupCommands(context),
      },
      {
        names: ['retention'],
        add: (context) =>
          (require('./commands/retention') as typeof import('./commands/retention')).addRetentionCommand(
            context,
          ),
      },
      {
        names: ['compact'],
        add: (context) =>
          (require('./commands/compact') as typeof import('./commands/compact')).addCompactCommand(context),
      },
      {
        names: ['check'],
        add: (context) =>
          (require('./commands/check') as typeof import('./commands/check')).addCheckCommand(context),
      },
      {
        names: ['config'],
        add: (context) =>
          (require('./commands/config') as typeof import('./commands/config')).addConfigCommand(context),
      },
    ],
  ],
  [
    'Shell and help:',
    [
      {
        names: ['completion'],
        add: (context) =>
          (require('./commands/completion') as typeof import('./commands/completion')).addCompletionCommand(
            context,
          ),
      },
    ],
  ],
];
