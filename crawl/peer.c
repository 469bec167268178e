/* SPDX-License-Identifier: GPL-2.0-or-later */
/* peer.c - tables of the special-purpose address registries (iana.org). */
#define _GNU_SOURCE
#include "crawl/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

static bool peer_private4(uint32_t address)
{
	static const struct {
		uint32_t net;
		int bits;
	} nets[] = {
		{0x00000000, 8},  /* 0.0.0.0/8, this network */
		{0x0a000000, 8},  /* 10.0.0.0/8 */
		{0x64400000, 10}, /* 100.64.0.0/10, shared */
		{0x7f000000, 8},  /* 127.0.0.0/8 */
		{0xa9fe0000, 16}, /* 169.254.0.0/16, of the link */
		{0xac100000, 12}, /* 172.16.0.0/12 */
		{0xc0000000, 24}, /* 192.0.0.0/24, of protocols */
		{0xc0000200, 24}, /* 192.0.2.0/24, of examples */
		{0xc0a80000, 16}, /* 192.168.0.0/16 */
		{0xc6120000, 15}, /* 198.18.0.0/15, of measurements */
		{0xc6336400, 24}, /* 198.51.100.0/24, of examples */
		{0xcb007100, 24}, /* 203.0.113.0/24, of examples */
		{0xe0000000, 3},  /* 224.0.0.0/4 for many, 240.0.0.0/4 reserved */
	};

	for (size_t i = 0; i < sizeof nets / sizeof *nets; i++)
		if ((address ^ nets[i].net) >> (32 - nets[i].bits) == 0)
			return true;
	return false;
}

static uint32_t peer_word(const unsigned char *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static bool peer_private6(const unsigned char *b)
{
	static const unsigned char zero[12] = {0}, mapped[12] = {[10] = 0xff, [11] = 0xff},
				   nat64[12] = {0x00, 0x64, 0xff, 0x9b};

	/* Also :: and ::1, as 0.0.0.0 and 0.0.0.1. */
	if (!memcmp(b, zero, 12) || !memcmp(b, mapped, 12) || !memcmp(b, nat64, 12))
		return peer_private4(peer_word(b + 12));
	if (b[0] == 0x20 && b[1] == 0x02) /* 2002::/16, 6to4 */
		return peer_private4(peer_word(b + 2));
	/* All that is given to public servers is within 2000::/3; of it 2001::/23 is of protocols, and
	 * 2001:db8::/32 of examples. */
	return (b[0] & 0xe0) != 0x20 || (peer_word(b) >> 9) == (0x20010000u >> 9) ||
	       peer_word(b) == 0x20010db8;
}

bool xs_peer_private(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return peer_private4(ntohl(
			((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr));
	if (address->sa_family == AF_INET6)
		return peer_private6(
			((const struct sockaddr_in6 *)(const void *)address)->sin6_addr.s6_addr);
	return true;
}
