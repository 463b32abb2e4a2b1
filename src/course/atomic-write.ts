/** Replaces a file's contents so that a reader, or a machine that loses power, sees the old contents or the new, never a mixture. */
import fs from 'node:fs';
import path from 'node:path';

/** The calls that saving makes; tests put failures between them. */
export interface FileCalls {
  open(file: string, flags: string): number;
  write(fd: number, data: Buffer): void;
  fsync(fd: number): void;
  close(fd: number): void;
  rename(from: string, to: string): void;
  unlink(file: string): void;
}

export const realFileCalls: FileCalls = {
  open: (file, flags) => fs.openSync(file, flags, 0o644),
  write: (fd, data) => {
    for (let at = 0; at < data.length;) at += fs.writeSync(fd, data, at);
  },
  fsync: (fd) => fs.fsyncSync(fd),
  close: (fd) => fs.closeSync(fd),
  rename: (from, to) => fs.renameSync(from, to),
  unlink: (file) => fs.unlinkSync(file),
};

/**
 * Writes beside the file, forces it to disk, renames it over the old one and forces the folder to disk.
 * Throws the system's error (ENOSPC, EACCES ...) with the old file untouched and nothing left beside it.
 */
export function writeAtomically(file: string, text: string, calls: FileCalls = realFileCalls): void {
  const beside = `${file}.${process.pid}.new`;
  try {
    writeAndSync(beside, Buffer.from(text), calls);
    calls.rename(beside, file);
  } catch (error) {
    try {
      calls.unlink(beside);
    } catch {
      // It was never made.
    }
    throw error;
  }
  syncFolder(path.dirname(file), calls);
}

function writeAndSync(file: string, data: Buffer, calls: FileCalls): void {
  const fd = calls.open(file, 'w');
  try {
    calls.write(fd, data);
    calls.fsync(fd);
  } finally {
    calls.close(fd);
  }
}

/** The rename itself is data of the folder. Windows cannot open folders; there the rename is journalled anyway. */
function syncFolder(folder: string, calls: FileCalls): void {
  if (process.platform === 'win32') return;
  const fd = calls.open(folder, 'r');
  try {
    calls.fsync(fd);
  } finally {
    calls.close(fd);
  }
}
