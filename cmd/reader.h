/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader.h - the process that reads one document for a run of `index` (index/pages/reader.h). */
#ifndef XS_CMD_READER_H
#define XS_CMD_READER_H

/* argv: the program, XS_READER_COMMAND, FORMAT, SECONDS, BYTES of memory.  Returns what the process ends with. */
int reader_main(int argc, char **argv);

#endif
