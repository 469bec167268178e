// SPDX-License-Identifier: GPL-2.0-or-later
/* language.cc - one function of C around cld2.  There is nothing to throw but for want of memory, which ends
 * the program here as elsewhere.
 *
 * The limits were chosen on 12348 pages of 23 documentations of Debian.  With them 1221 pages get none; of the
 * English ones no other gets another language; of Apache's 2650, in twelve languages, 12 get one that they do
 * not declare: eleven lists of English names, and Galician for Spanish. */
#include "index/pages/language.h"

#include <algorithm>
#include <climits>
#include <cstdio> // cld2's header needs it
#include <cstring>
#include <string>

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

namespace
{

/* Bytes of letters that a language is told by, at least. */
enum { LANGUAGE_BYTES = 200 };

/* The share of the text, in hundredths, that is to be of the language.  Programs are taken for Norwegian:
 * text without other letters than ASCII's, but for this share, needs more. */
enum { LANGUAGE_SHARE = 60, LANGUAGE_SHARE_ASCII = 90, LANGUAGE_LETTERS = 1 };

/* Bytes that cld2 may read behind the text, where it looks at the last character. */
enum { LANGUAGE_BEHIND = 8 };

bool is_ascii(const char *text, size_t len)
{
	const auto others = static_cast<size_t>(std::count_if(text, text + len, [](char c) {
		return static_cast<unsigned char>(c) >= 0x80;
	}));

	return others * 100 < len * LANGUAGE_LETTERS;
}

} // namespace

const char *xs_language_of(const char *text, size_t len, const char *likely)
{
	const std::string room = std::string(text, std::min<size_t>(len, INT_MAX - LANGUAGE_BEHIND))
					 .append(LANGUAGE_BEHIND, '\0');
	const CLD2::CLDHints hints = {*likely ? likely : nullptr, nullptr, CLD2::UNKNOWN_ENCODING,
				      CLD2::UNKNOWN_LANGUAGE};
	CLD2::Language found[3];
	int percents[3], bytes = 0, valid = 0;
	double scores[3];
	bool sure = false;
	const char *code;

	CLD2::ExtDetectLanguageSummaryCheckUTF8(room.data(),
						static_cast<int>(room.size() - LANGUAGE_BEHIND),
						true, &hints, 0, found, percents, scores, nullptr,
						&bytes, &sure, &valid);
	if (!sure || bytes < LANGUAGE_BYTES ||
	    percents[0] < (is_ascii(text, len) ? LANGUAGE_SHARE_ASCII : LANGUAGE_SHARE))
		return "";
	code = CLD2::LanguageCode(found[0]);
	/* Its code of 1988. */
	return strcmp(code, "iw") ? code : "he";
}
