/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help_text.h - help as text, from the tables of commands and options. */
#ifndef XS_CMD_HELP_TEXT_H
#define XS_CMD_HELP_TEXT_H

#include "cmd/cmd.h"

/* Prints the help of one command, or the list of all, on stdout. */
void help_text_one(const xs_command *command);
void help_text_all(const xs_cmd *c);

#endif
