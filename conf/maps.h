/* SPDX-License-Identifier: GPL-2.0-or-later */
/* maps.h - the items of a list of maps (`sources`, `filters`), as those who fill it need them.
 *
 * Who reads them has xs_conf_item(). */
#ifndef XS_CONF_MAPS_H
#define XS_CONF_MAPS_H

#include "conf/conf.h"

/* Whether it is `sources`, not `filters`. */
bool xs_maps_is_sources(const xs_conf_key *maps);

/* `n` items of the list, zeroed, in `a`; the one numbered `i` of them. */
void *xs_maps_new(const xs_conf_key *maps, size_t n, xs_arena *a);
void *xs_maps_at(void *items, const xs_conf_key *maps, size_t i);

/* Makes them the value of the list.  They must live as long as the conf. */
void xs_maps_set(xs_conf *c, const xs_conf_key *maps, const void *items, size_t n);

#endif
