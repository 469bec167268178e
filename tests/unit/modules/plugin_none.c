/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plugin_none.c - a shared object that is no plugin. */
#include "plugin/plugin.h"

XS_EXPORT extern const int something_else;
const int something_else = 1;
