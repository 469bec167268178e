/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_links.c - what a page tells a crawler; sitemaps; addresses that are not for everyone. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "crawl/links.h"
#include "crawl/peer.h"
#include "crawl/sitemap.h"

/* The links of a page at http://a/b/c, with blanks between. */
static const char *links_of(xs_links *l, xs_arena *a, const char *page)
{
	const char *out = "";

	*l = (xs_links){0};
	xs_links_read(l, a, "http://a/b/c", page, strlen(page), NULL, "xapian-search");
	for (size_t i = 0; i < l->n; i++)
		out = xs_arena_printf(a, "%s%s%s", out, i ? " " : "", l->urls[i]);
	return out;
}

static void test_link_header(void **state)
{
	static const struct {
		const char *value, *url;
	} cases[] = {
		{"</k>; rel=canonical", "/k"},
		{"<http://a/k>;REL=\"Canonical\"", "http://a/k"},
		/* Of several links, the one that it stands with. */
		{"</a.css>; rel=preload; as=style, </k>; rel=\"canonical\"", "/k"},
		{"</k>; rel=canonical, <http://a/>; rel=shortlink", "/k"},
		{"</a>; title=\"rel=canonical, \\\" <x>; rel=canonical\"; rel=next, </k> ;  rel = canonical",
		 "/k"},
		{"</k>; crossorigin; rel=\"next canonical\"", "/k"},
		{"</k,1;x>; rel=canonical", "/k,1;x"},
		/* There is none. */
		{"</canonical>; rel=next", NULL},
		{"</k>; title=canonical", NULL},
		{"</k>; rel=noncanonical", NULL},
		{"</k; rel=canonical", NULL},
		{"/k; rel=canonical", NULL},
		{"</k>; rel=\"canon", NULL},
		{"</k>; = ;rel", NULL},
		{"<", NULL},
		{"", NULL},
	};
	xs_arena *a = xs_arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *url = xs_links_canonical(a, cases[i].value);

		if (!url || !cases[i].url ? url != cases[i].url : strcmp(url, cases[i].url) != 0)
			fail_msg("%s: %s", cases[i].value, url ? url : "none");
	}
	xs_arena_free(a);
}

static void test_links(void **state)
{
	static const struct {
		const char *page, *links;
	} cases[] = {
		{"<a href=x>1</a><A HREF='/y#z'>2</A><a href=x>3</a><a name=q>",
		 "http://a/b/x http://a/y"},
		{"<a href=x rel=nofollow>1</a><a rel='a NoFollow' href=y>2</a><a href=z>",
		 "http://a/b/z"},
		{"<base href='/d/'><a href=x>", "http://a/d/x"},
		{"<base href='http://o/'><base href='/e/'><a href=x>", "http://o/x"},
		{"<map><area href=x></map><iframe src=y></iframe><frame src=z>",
		 "http://a/b/x http://a/b/y http://a/b/z"},
		{"<link rel=stylesheet href=s.css><link rel=next href=n><link rel=alternate hreflang=de href=d>"
		 "<link rel=alternate type=application/rss+xml href=f>",
		 "http://a/b/n http://a/b/d"},
		{"<meta http-equiv=Refresh content='0; URL=n.html'>", "http://a/b/n.html"},
		{"<meta name=robots content='index, nofollow'><a href=x>", ""},
		{"<a href=x><meta name=robots content=none>", ""},
		{"<meta name=xapian-search content=nofollow><a href=x>", ""},
		{"<meta name=otherbot content=nofollow><a href=x>", "http://a/b/x"},
		{"<!-- <a href=x> --><script>'<a href=y>'</script><a href=mailto:z@a>", ""},
		{"<a href='x&amp;y'><a href='ü'>", "http://a/b/x&y http://a/b/%C3%BC"},
		{"", ""},
	};
	xs_arena *a = xs_arena_new();
	xs_links l;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_string_equal(links_of(&l, a, cases[i].page), cases[i].links);
		xs_links_fini(&l);
	}
	links_of(&l, a, "<link rel=canonical href='../k#x'><link rel=canonical href=other>");
	assert_string_equal(l.canonical, "http://a/k");
	assert_false(l.noindex);
	xs_links_fini(&l);
	links_of(&l, a, "<meta name=ROBOTS content=NOINDEX>");
	assert_true(l.noindex && !l.nofollow);
	xs_links_fini(&l);
	xs_arena_free(a);
}

static void test_header(void **state)
{
	static const struct {
		const char *value;
		bool noindex, nofollow;
	} cases[] = {
		{"noindex", true, false},
		{"nofollow, noindex", true, true},
		{"none", true, true},
		{"xapian-search: noindex", true, false},
		{" Xapian-Search : noindex", true, false},
		{"otherbot: noindex", false, false},
		{"otherbot: noindex, nofollow", false, false},
		{"unavailable_after: 25 Jun 2010 15:00:00 PST", false, false},
		{"max-snippet: 5, noindex", true, false},
		{"noindexing", false, false},
		{"", false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		xs_links l = {0};

		xs_links_robots(&l, cases[i].value, "xapian-search");
		assert_int_equal(l.noindex, cases[i].noindex);
		assert_int_equal(l.nofollow, cases[i].nofollow);
	}
}

static void sitemap_see(void *user, const xs_sitemap_entry *e)
{
	xs_buf_printf(user, "%s %lld%s;", e->url, (long long)e->changed, e->index ? " index" : "");
}

/* Reads one and returns its entries; *rc as it was. */
static const char *sitemap_of(int *rc, xs_buf *out, const char *bytes, size_t len)
{
	xs_buf_reset(out);
	*rc = xs_sitemap_read(bytes, len, sitemap_see, out);
	return out->data ? out->data : "";
}

#define SITEMAP "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"

static void test_sitemap(void **state)
{
	static const char plain[] =
		"<?xml version='1.0' encoding='UTF-8'?>\n" SITEMAP
		"<url><loc> http://a/?b&amp;c </loc><lastmod>2024-05-31</lastmod></url>"
		"<url><lastmod>never</lastmod><loc><![CDATA[http://a/d]]></loc></url><url/></urlset>";
	static const char index[] =
		"<sitemapindex><sitemap><loc>http://a/s.xml</loc></sitemap></sitemapindex>";
	static const char broken[] = SITEMAP "<url><loc>http://a/</loc></url><url><loc>http://b";
	static const char bomb[] =
		"<!DOCTYPE urlset [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY f SYSTEM "
		"'file:///etc/passwd'>]>" SITEMAP "<url><loc>http://a/&b;&f;</loc></url></urlset>";
	xs_buf out;
	int rc;

	(void)state;
	xs_buf_init(&out);
	assert_string_equal(sitemap_of(&rc, &out, plain, strlen(plain)),
			    " http://a/?b&c  1717113600;http://a/d 0;");
	assert_int_equal(rc, XS_OK);
	assert_string_equal(sitemap_of(&rc, &out, index, strlen(index)), "http://a/s.xml 0 index;");
	assert_int_equal(rc, XS_OK);
	assert_string_equal(sitemap_of(&rc, &out, broken, strlen(broken)), "http://a/ 0;");
	assert_int_equal(rc, XS_EFORMAT);
	assert_null(strstr(sitemap_of(&rc, &out, bomb, strlen(bomb)), "root:"));
	sitemap_of(&rc, &out, "<html><a href='http://a/'></html>", 33);
	assert_int_equal(rc, XS_EFORMAT);
	sitemap_of(&rc, &out, "", 0);
	assert_int_equal(rc, XS_EFORMAT);
	assert_string_equal(sitemap_of(&rc, &out, "http://a/\nno\nhttps://b/c", 24),
			    "http://a/ 0;https://b/c 0;");
	xs_buf_fini(&out);
}

/* Packs `times` copies of a text. */
static size_t pack(unsigned char *to, size_t room, const char *text, size_t times)
{
	z_stream z = {.next_out = to, .avail_out = (uInt)room};

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	for (; times; times--) {
		z.next_in = (Bytef *)(uintptr_t)text;
		z.avail_in = (uInt)strlen(text);
		assert_int_equal(deflate(&z, times > 1 ? Z_NO_FLUSH : Z_FINISH),
				 times > 1 ? Z_OK : Z_STREAM_END);
	}
	deflateEnd(&z);
	return room - z.avail_out;
}

static void test_gzip(void **state)
{
	static unsigned char packed[1 << 20];
	static char blanks[1 << 16];
	size_t len =
		pack(packed, sizeof packed, SITEMAP "<url><loc>http://a/</loc></url></urlset>", 1);
	size_t half;
	xs_buf out;
	int rc;

	(void)state;
	xs_buf_init(&out);
	assert_string_equal(sitemap_of(&rc, &out, (char *)packed, len), "http://a/ 0;");
	assert_int_equal(rc, XS_OK);
	sitemap_of(&rc, &out, (char *)packed, len - 9);
	assert_int_equal(rc, XS_EFORMAT);
	assert_non_null(strstr(xs_error(), "too soon"));
	/* Two members are one text, and what is behind them is none. */
	half = pack(packed, sizeof packed, SITEMAP, 1);
	len = half + pack(packed + half, sizeof packed - half,
			  "<url><loc>http://b/</loc></url></urlset>", 1);
	packed[len] = '\0';
	assert_string_equal(sitemap_of(&rc, &out, (char *)packed, len + 1), "http://b/ 0;");
	assert_int_equal(rc, XS_OK);
	/* A bomb: 64 MiB of blanks in 64 KiB. */
	memset(blanks, ' ', sizeof blanks - 1);
	len = pack(packed, sizeof packed, blanks, 1024);
	sitemap_of(&rc, &out, (char *)packed, len);
	assert_int_equal(rc, XS_EFORMAT);
	assert_non_null(strstr(xs_error(), "unpacked"));
	xs_buf_fini(&out);
}

static void test_dates(void **state)
{
	(void)state;
	assert_int_equal(xs_sitemap_date("2024-05-31T10:00:00Z"), 1717149600);
	assert_int_equal(xs_sitemap_date("2024-05-31T10:00:00+02:00"), 1717142400);
	assert_int_equal(xs_sitemap_date("2024-05-31T10:00:00.123-01:30"), 1717155000);
	assert_int_equal(xs_sitemap_date("2024-05-31T10:00Z"), 1717149600);
	assert_int_equal(xs_sitemap_date(" 1970-01-02\n"), 86400);
	assert_int_equal(xs_sitemap_date("2024-13-01"), 0);
	assert_int_equal(xs_sitemap_date("31.5.2024"), 0);
	assert_int_equal(xs_sitemap_date(""), 0);
}

static bool private_of(const char *text)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		return xs_peer_private((const struct sockaddr *)&v4);
	assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
	return xs_peer_private((const struct sockaddr *)&v6);
}

static void test_peers(void **state)
{
	static const char *const own[] = {
		"0.0.0.0",
		"10.1.2.3",
		"100.64.0.1",
		"127.0.0.1",
		"127.255.255.255",
		"169.254.169.254",
		"172.16.0.1",
		"172.31.255.255",
		"192.168.1.1",
		"192.0.2.1",
		"198.18.0.1",
		"224.0.0.1",
		"255.255.255.255",
		"::",
		"::1",
		"fe80::1",
		"fc00::1",
		"fd12::1",
		"ff02::1",
		"::ffff:127.0.0.1",
		"::ffff:10.0.0.1",
		"64:ff9b::7f00:1",
		"2002:7f00:1::",
		"2001:db8::1",
		"2001::1",
	};
	static const char *const public[] = {
		"1.1.1.1",	  "9.255.255.255",   "11.0.0.0",     "100.63.255.255",
		"100.128.0.0",	  "128.0.0.1",	     "172.15.0.1",   "172.32.0.1",
		"192.167.0.1",	  "223.255.255.255", "2606:4700::1", "2a00::1",
		"::ffff:8.8.8.8", "2002:808:808::",
	};

	(void)state;
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (!private_of(own[i]))
			fail_msg("%s is taken for public", own[i]);
	for (size_t i = 0; i < sizeof public / sizeof *public; i++)
		if (private_of(public[i]))
			fail_msg("%s is taken for private", public[i]);
	assert_true(xs_peer_private(&(struct sockaddr){.sa_family = AF_UNIX}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links),  cmocka_unit_test(test_link_header),
		cmocka_unit_test(test_header), cmocka_unit_test(test_sitemap),
		cmocka_unit_test(test_gzip),   cmocka_unit_test(test_dates),
		cmocka_unit_test(test_peers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
