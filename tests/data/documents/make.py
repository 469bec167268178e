#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""make.py FOLDER: writes the documents of this folder again."""
import hashlib
import os
import struct
import sys

FOLDER = sys.argv[1]


def save(name, data):
    with open(os.path.join(FOLDER, name), "wb") as f:
        f.write(data)


def rc4(key, data):
    """For old encryption of PDF, which needs no library."""
    s, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + s[i] + key[i % len(key)]) & 255
        s[i], s[j] = s[j], s[i]
    i = j = 0
    for c in data:
        i = (i + 1) & 255
        j = (j + s[i]) & 255
        s[i], s[j] = s[j], s[i]
        out.append(c ^ s[(s[i] + s[j]) & 255])
    return bytes(out)


def pdf(objects, info=b"", locked=b""):
    """A file of objects numbered from 1, of which the first is the catalog."""
    out, at = bytearray(b"%PDF-1.4\n"), []
    objects = objects + ([info] if info else []) + ([locked] if locked else [])
    for number, body in enumerate(objects, 1):
        at.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(at) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in at)
    out += b"trailer\n<< /Size %d /Root 1 0 R /ID [<%s> <%s>]" % (len(at) + 1, b"00" * 16, b"00" * 16)
    out += b" /Info %d 0 R" % (len(objects) - bool(locked)) if info else b""
    out += b" /Encrypt %d 0 R" % len(objects) if locked else b""
    return bytes(out + b" >>\nstartxref\n%d\n%%%%EOF\n" % start)


def stream(lines, size=12):
    """Lines of text from the top of a page down; one of None leaves room."""
    text = b"BT /F %d Tf 72 720 Td 20 TL\n" % size
    for line in lines:
        text += b"(%s) Tj T*\n" % line.encode("latin-1") if line else b"T*\n"
    return text + b"ET"


def pages(texts, first, draw=stream):
    """Objects of pages, from the number `first` on: the tree, then a page and its contents for each."""
    kids = b" ".join(b"%d 0 R" % (first + 1 + 2 * i) for i in range(len(texts)))
    out = [b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(texts), kids)]
    for i, text in enumerate(texts):
        body = draw(text)
        out.append(b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 612 792] /Contents %d 0 R /Resources << /Font << /F "
                   b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >> >> >>"
                   % (first, first + 2 + 2 * i))
        out.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(body), body))
    return out


KETTLE = [
    ["Kettle handbook", None, "A coverword on the first page & <more>."],
    ["some words before the chapter", "1 Boiling", "Boilingword: the water is heated until it boils. It can be de-",
     "scaled with vinegar."],
    ["The page goes on with steamword."],
    ["Cleaningword is here, and no line has the title of its chapter."],
]


def outline(first, page):
    """Objects of an outline, from the number `first` on; pages are objects."""
    return [
        b"<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count 3 >>" % (first + 1, first + 1),
        b"<< /Title (Handbook) /Parent %d 0 R /First %d 0 R /Last %d 0 R /Count 2 >>" % (first, first + 2, first + 3),
        b"<< /Title (Boiling) /Parent %d 0 R /Next %d 0 R /Dest [%d 0 R /XYZ 0 700 0] >>" % (first + 1, first + 3, page[1]),
        b"<< /Title (Care and scale) /Parent %d 0 R /Prev %d 0 R /Dest [%d 0 R /XYZ 0 760 0] >>"
        % (first + 1, first + 2, page[3]),
    ]


def kettle(info):
    tree = pages(KETTLE, 2)
    catalog = b"<< /Type /Catalog /Pages 2 0 R /Outlines %d 0 R >>" % (2 + len(tree))
    return pdf([catalog] + tree + outline(2 + len(tree), [3, 5, 7, 9]), info)


save("kettle.pdf", kettle(b"<< /Title (The kettle) /Author (A. Smith) /Subject (How to boil) "
                          b"/CreationDate (D:20240531120000Z) >>"))
save("outline.pdf", kettle(b"<< /Title (Microsoft Word - kettle.doc) >>"))
save("plain.pdf", pdf([b"<< /Type /Catalog /Pages 2 0 R >>"] + pages([["Plainword stands alone."]], 2)))
save("picture.pdf", pdf([b"<< /Type /Catalog /Pages 2 0 R >>"]
                        + pages([None, None], 2, lambda text: b"0 0 100 100 re f")))


def locked():
    """With the password "kettle" (PDF 1.4, algorithms 2 to 4 of section 3.5)."""
    pad = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    password = (b"kettle" + pad)[:32]
    owner = rc4(hashlib.md5(password).digest()[:5], password)
    key = hashlib.md5(password + owner + struct.pack("<i", -4) + bytes(16)).digest()[:5]
    encrypt = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (
        owner.hex().encode(), rc4(key, pad).hex().encode())
    return pdf([b"<< /Type /Catalog /Pages 2 0 R >>"] + pages([["Nobody reads this."]], 2), locked=encrypt)


save("locked.pdf", locked())
