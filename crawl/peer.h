/* SPDX-License-Identifier: GPL-2.0-or-later */
/* peer.h - which addresses of the network are no public servers. */
#ifndef XS_CRAWL_PEER_H
#define XS_CRAWL_PEER_H

#include <stdbool.h>

struct sockaddr;

/* Whether an IPv4 or IPv6 address is private, of this machine, of the link, shared, reserved or for many (IANA's
 * special-purpose registries, RFC 6890), also where IPv6 carries such an IPv4 address.  Another family is. */
bool xs_peer_private(const struct sockaddr *address);

#endif
