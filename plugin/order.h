/* SPDX-License-Identifier: GPL-2.0-or-later */
/* order.h - puts candidates in the order of their scores. */
#ifndef XS_PLUGIN_ORDER_H
#define XS_PLUGIN_ORDER_H

#include "plugin/plugin.h"

/* Sorts by `score`, largest first; equal ones keep the order of the index (`rank_before`). */
void xs_order(xs_candidate **candidates, size_t n);

/* Sorts those that `scored` marks by `score`, as above; the others follow in the order of the
 * index, and their `score` continues downwards from the last scored one in steps of 1. */
void xs_order_scored(xs_candidate **candidates, size_t n);

#endif
