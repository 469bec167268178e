/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_values.h - settings whose texts have a meaning: places, addresses, origins, languages, keys.
 *
 * Reading the settings takes them as texts; who uses one says later what is wrong with it. */
#ifndef XS_CMD_CHECK_VALUES_H
#define XS_CMD_CHECK_VALUES_H

#include "conf/conf.h"

/* XS_EINPUT: a value means nothing; the sentence says where it was set, which it is and what was
 * expected. */
int check_values(const xs_conf *conf, xs_arena *a);

#endif
