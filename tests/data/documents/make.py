#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""make.py FOLDER: writes the documents of this folder again."""
import hashlib
import io
import json
import os
import struct
import sys
import zipfile

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


def archive(name, files):
    """A ZIP whose files have one date, so that it is the same each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for path, text in files.items():
            info = zipfile.ZipInfo(path, (2024, 5, 31, 12, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if path == "mimetype" else zipfile.ZIP_DEFLATED
            z.writestr(info, text)
    save(name, out.getvalue())


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CORE = ('<cp:coreProperties xmlns:cp="c" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="t"><dc:title>%s</dc:title>'
        '<dc:creator>A. Smith</dc:creator><dcterms:created>2024-05-31T12:00:00Z</dcterms:created>'
        '<dc:language>de-AT</dc:language></cp:coreProperties>')


def relations(*pairs):
    """Targets and types, with the ids r1, r2 and so on."""
    return '<Relationships xmlns="r">%s</Relationships>' % "".join(
        '<Relationship Id="r%d" Type="%s/%s" Target="%s"/>' % (i, OFFICE, kind, target)
        for i, (target, kind) in enumerate(pairs, 1))


def word_paragraph(text, properties=""):
    return '<w:p><w:pPr>%s</w:pPr><w:r><w:t>%s</w:t></w:r></w:p>' % (properties, text)


archive("kettle.docx", {
    "_rels/.rels": relations(("word/document.xml", "officeDocument")),
    "docProps/core.xml": CORE % "The kettle in Word",
    "word/_rels/document.xml.rels": relations(("styles.xml", "styles"), ("footnotes.xml", "footnotes")),
    "word/styles.xml": '<w:styles xmlns:w="w"><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
                       '<w:style w:styleId="own"><w:basedOn w:val="berschrift1"/></w:style>'
                       '<w:style w:styleId="ring"><w:basedOn w:val="ring"/></w:style></w:styles>',
    "word/document.xml": '<w:document xmlns:w="w" xmlns:mc="m"><w:body>'
                         + word_paragraph("Firstword before headings.", '<w:pStyle w:val="ring"/>')
                         + word_paragraph("Chapter", '<w:pStyle w:val="own"/>')
                         + word_paragraph("Section", '<w:outlineLvl w:val="1"/>')
                         + word_paragraph("listword", '<w:numPr/>') + word_paragraph("second entry", '<w:numPr/>')
                         + '<w:tbl><w:tr><w:tc>%s</w:tc><w:tc>%s</w:tc></w:tr></w:tbl>'
                         % (word_paragraph("cellword"), word_paragraph("beside"))
                         + '<w:p><w:r><w:t>kept</w:t><w:tab/><w:t>apart</w:t></w:r><w:del><w:r><w:t>goneword</w:t></w:r>'
                           '</w:del></w:p></w:body></w:document>',
    "word/footnotes.xml": '<w:footnotes xmlns:w="w"><w:footnote>%s</w:footnote></w:footnotes>' % word_paragraph("footword"),
})


def shape(role, *texts):
    return ('<p:sp><p:nvSpPr><p:nvPr><p:ph type="%s"/></p:nvPr></p:nvSpPr><p:txBody>%s</p:txBody></p:sp>'
            % (role, "".join("<a:p><a:r><a:t>%s</a:t></a:r></a:p>" % text for text in texts)))


def slide(*shapes, show="1"):
    return '<p:sld xmlns:p="p" xmlns:a="a" show="%s"><p:cSld><p:spTree>%s</p:spTree></p:cSld></p:sld>' % (show, "".join(shapes))


archive("kettle.pptx", {
    "_rels/.rels": relations(("ppt/presentation.xml", "officeDocument")),
    "docProps/core.xml": CORE % "PowerPoint Presentation",
    "ppt/_rels/presentation.xml.rels": relations(("slides/slide2.xml", "slide"), ("slides/slide1.xml", "slide"),
                                                 ("slides/slide3.xml", "slide"), ("slides/slide4.xml", "slide")),
    "ppt/presentation.xml": '<p:presentation xmlns:p="p" xmlns:r="%s"><p:sldIdLst><p:sldId id="256" r:id="r2"/>'
                            '<p:sldId id="257" r:id="r1"/><p:sldId id="258" r:id="r3"/>'
                            '<p:sldId id="259" r:id="r4"/></p:sldIdLst></p:presentation>' % OFFICE,
    "ppt/slides/slide1.xml": slide(shape("ctrTitle", "Opening"), shape("subTitle", "slideword"), shape("sldNum", "17")),
    "ppt/slides/slide2.xml": slide(shape("body", "untitledword", "second line")),
    "ppt/slides/slide3.xml": slide(shape("title", "Hidden"), shape("body", "hiddenword"), show="0"),
    "ppt/slides/slide4.xml": slide(shape("title", "Of two", "paragraphs"), shape("body", "lastslideword")),
    "ppt/slides/_rels/slide1.xml.rels": relations(("../notesSlides/notes1.xml", "notesSlide")),
    "ppt/notesSlides/notes1.xml": slide(shape("body", "noteword")),
})

archive("kettle.xlsx", {
    "_rels/.rels": relations(("xl/workbook.xml", "officeDocument")),
    "xl/_rels/workbook.xml.rels": relations(("worksheets/sheet1.xml", "worksheet"), ("/xl/worksheets/sheet2.xml", "worksheet"),
                                            ("sharedStrings.xml", "sharedStrings")),
    "xl/workbook.xml": '<workbook xmlns="x" xmlns:r="%s"><sheets><sheet name="Prices" sheetId="1" r:id="r1"/>'
                       '<sheet name="Secret" state="hidden" sheetId="2" r:id="r2"/></sheets></workbook>' % OFFICE,
    "xl/sharedStrings.xml": '<sst xmlns="x"><si><t>nothing</t></si><si><r><t>shared</t></r><r><t>word</t></r></si></sst>',
    "xl/worksheets/sheet1.xml": '<worksheet xmlns="x"><sheetData><row><c t="s"><v>1</v></c><c><v>1234.5</v></c>'
                                '<c t="s"><v>99</v></c></row><row><c t="inlineStr"><is><t>inlineword</t></is></c></row>'
                                '</sheetData></worksheet>',
    "xl/worksheets/sheet2.xml": '<worksheet xmlns="x"><sheetData><row><c t="str"><v>secretword</v></c></row></sheetData></worksheet>',
})

ODF = ('<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b" xmlns:draw="d" xmlns:presentation="p">'
       '<office:body><office:%s>%s</office:%s></office:body></office:document-content>')
META = ('<office:document-meta xmlns:office="o" xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta><dc:title>%s</dc:title>'
        '<dc:language>fr-FR</dc:language></office:meta></office:document-meta>')


def odf(name, kind, title, body):
    archive(name, {"mimetype": "application/vnd.oasis.opendocument." + kind, "meta.xml": META % title,
                   "content.xml": ODF % (kind, body, kind)})


odf("kettle.odt", "text", "The open kettle",
    '<text:tracked-changes><text:p>goneword</text:p></text:tracked-changes>'
    '<text:h text:outline-level="1">Chapter</text:h><text:h text:outline-level="2">Section</text:h>'
    '<text:p>open<text:span>word</text:span> two<text:s text:c="3"/>spaces<text:note><text:note-citation>1'
    '</text:note-citation><text:note-body><text:p>noteword</text:p></text:note-body></text:note></text:p>'
    '<text:list><text:list-item><text:p>entryword</text:p></text:list-item></text:list>')
odf("kettle.odp", "presentation", "Open slides",
    '<draw:page draw:name="page1"><draw:frame presentation:class="title"><draw:text-box><text:p>Opening</text:p></draw:text-box>'
    '</draw:frame><draw:frame><draw:text-box><text:p>openslideword</text:p></draw:text-box></draw:frame></draw:page>'
    '<draw:page><draw:frame><draw:text-box><text:p>secondword</text:p></draw:text-box></draw:frame></draw:page>')
odf("kettle.ods", "spreadsheet", "Open sheets",
    '<table:table table:name="Prices"><table:table-row><table:table-cell><text:p>opencellword</text:p></table:table-cell>'
    '<table:table-cell table:number-columns-repeated="16000"/></table:table-row></table:table>')

archive("kettle.epub", {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": '<container xmlns="c"><rootfiles><rootfile full-path="OEBPS/content.opf"/></rootfiles></container>',
    "OEBPS/content.opf": '<package xmlns="o" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>The book</dc:title>'
                         '<dc:language>en</dc:language><dc:creator>A. Smith</dc:creator></metadata><manifest>'
                         '<item id="n" href="nav.xhtml" properties="nav"/><item id="b" href="text/two%20b.xhtml"/>'
                         '<item id="a" href="text/one.xhtml"/><item id="c" href="text/lost.xhtml"/></manifest>'
                         '<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/><itemref idref="c"/></spine></package>',
    "OEBPS/nav.xhtml": '<html><body><nav>navword</nav></body></html>',
    "OEBPS/text/one.xhtml": '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head>'
                            '<body><h1 id="one">One</h1><p>chapterword&nbsp;caf\u00e9</p></body></html>',
    "OEBPS/text/two b.xhtml": '<html><body><h1>Two</h1><p>laterword</p></body></html>',
})

BOMB = '<!DOCTYPE d [<!ENTITY a "bombword"><!ENTITY b "%s"><!ENTITY f SYSTEM "file:///etc/passwd">]>' % ("&a;" * 50)
archive("entities.odt", {"content.xml": BOMB + ODF % ("text", '<text:p>plain &b; &f; words</text:p>', "text")})
archive("bomb.docx", {
    "_rels/.rels": relations(("word/document.xml", "officeDocument")),
    "word/document.xml": '<w:document xmlns:w="w"><w:body>%s</w:body></w:document>' % word_paragraph("bomb " * 300000)})
archive("none.docx", {"readme.txt": "An archive of something else."})
save("old.docx", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504))


def text(name, string, encoding="utf-8"):
    save(name, string.encode(encoding))


def notebook(cells, **more):
    return json.dumps({"cells": cells, "metadata": {"title": "The kettle in cells"}, "nbformat": 4, "nbformat_minor": 5, **more})


text("kettle.ipynb", notebook([
    {"cell_type": "markdown", "source": ["# Boiling\n", "\n", "Some **markdown", "word** and `code`.\n"]},
    {"cell_type": "code", "source": "boil(codeword)\nif a < b: pass",
     "outputs": [{"output_type": "stream", "name": "stdout", "text": ["stream", "word\n"]},
                 {"output_type": "execute_result", "data": {"text/plain": ["resultword"], "text/html": ["<b>htmlword</b>"],
                                                            "image/png": "iVBORw0K"}},
                 {"output_type": "display_data", "data": {"text/markdown": "## Displayed\n\ndisplayword"}},
                 {"output_type": "error", "ename": "ValueError", "evalue": "errorword", "traceback": ["\x1b[0m"]}]},
    {"cell_type": "raw", "source": "rawword"},
    {"cell_type": "heading"}, {"cell_type": 7, "source": {"a": 1}}, 8]))
text("old.ipynb", json.dumps({"nbformat": 3, "worksheets": [{"cells": [
    {"cell_type": "heading", "level": 2, "source": ["Old heading"]},
    {"cell_type": "code", "input": "oldcodeword", "outputs": [{"text": ["oldoutputword"]}]}]}]}))
text("kettle.csv", '\ufeffName;Price;Note\nKettle;12,50;"a ""quoted"" quoteword\nin two; lines"\n;;\nT\u00fclle;3;spoutword\n', "utf-16")
text("kettle.tsv", "Name\tPrice\nKettle, large\ttabword\n")
text("kettle.rss", '<?xml version="1.0" encoding="ISO-8859-1"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
     '<channel><title>News of the kettle</title><link>https://k.example/</link><description>Steam</description><language>de</language>'
     '<item><title>Boiled \u00fcber &amp; over</title><link>https://k.example/1</link><description>shortword</description>'
     '<content:encoded><![CDATA[<h1>Inside</h1><p>whole<b>word</b> of the entry</p>]]></content:encoded></item>'
     '<item><pubDate>Fri, 31 May 2024 12:00:00 GMT</pubDate><description>&lt;p&gt;untitledword &amp;amp; more&lt;/p&gt;</description></item></channel></rss>', "latin-1")
text("kettle.atom", '<feed xmlns="http://www.w3.org/2005/Atom"><title>Atoms</title><subtitle>Small</subtitle>'
     '<entry><title>First entry</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>xhtmlword</p></div></content></entry>'
     '<entry><title>Second entry</title><summary type="text">1 &lt; 2 summaryword</summary></entry></feed>')
text("old.rss", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel>'
     '<title>Old news</title></channel><item><title>Beside</title><description>besideword</description></item></rdf:RDF>')

HEAD = ("From: =?ISO-8859-1?Q?J=F6rg?= <joerg@k.example>\nTo: list@k.example\nDate: Fri, 31 May 2024 12:00:00 +0200\n"
        "Subject: %s\nMIME-Version: 1.0\n")
text("kettle.eml", HEAD % "=?UTF-8?B?RGVyIEtlc3NlbA==?=" + 'Content-Type: multipart/mixed; boundary="m"\n\n--m\n'
     'Content-Type: multipart/alternative; boundary="a"\n\n--a\nContent-Type: text/plain; charset=iso-8859-1\n'
     'Content-Transfer-Encoding: quoted-printable\n\nplainmailword f=FCr\n alle\n\n> quotedword\n--a\nContent-Type: text/html\n\n'
     '<p>othermailword</p>\n--a--\n--m\nContent-Type: text/plain\nContent-Disposition: attachment; filename="a.txt"\n\nattachedword\n'
     '--m\nContent-Type: message/rfc822\n\nSubject: Inner\nContent-Type: text/html\n\n<h1>Passed</h1><p>innerword</p>\n--m--\n')
text("kettle.mbox", "".join("From joerg@k.example Fri May 31 12:00:00 2024\n" + HEAD % subject + "\n" + body + "\n\n" for subject, body in [
    ("First subject", "firstmailword\n>From the start"), ("Re: First subject", "secondmailword"), ("", "subjectlessword")]))
