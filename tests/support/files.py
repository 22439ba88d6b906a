"""Makers of small files: documents to be read, and documents that nobody should open."""

from collections.abc import Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document
from pypdf import PdfReader, PdfWriter


def pdf_bytes(pages: Sequence[str], title: str = "") -> bytes:
    """Return a PDF with a page per text (Latin letters only), written by hand."""
    kids = " ".join(f"{3 + 2 * index} 0 R" for index in range(len(pages)))
    font = 3 + 2 * len(pages)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
    ]
    for index, page in enumerate(pages):
        lines = "".join(f"({line}) Tj 0 -16 Td " for line in page.splitlines())
        content = f"BT /F1 12 Tf 50 740 Td {lines}ET" if page else ""
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792]"
            f" /Contents {4 + 2 * index} 0 R /Resources << /Font << /F1 {font} 0 R >> >> >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    objects.append(
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    )
    objects.append(f"<< /Title ({title}) >>")
    return _assembled(objects)


def _assembled(objects: list[str]) -> bytes:
    data = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>"
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    return data + f"{head}{table}trailer\n{trailer}\nstartxref\n{len(data)}\n%%EOF\n".encode()


def encrypted_pdf(path: Path, pages: Sequence[str]) -> Path:
    """Write a PDF that asks for a password."""
    plain = path.with_suffix(".plain")
    plain.write_bytes(pdf_bytes(pages))
    writer = PdfWriter()
    writer.append_pages_from_reader(PdfReader(plain))
    writer.encrypt("a password", algorithm="RC4-128")
    with path.open("wb") as file:
        writer.write(file)
    plain.unlink()
    return path


def endless_pdf(path: Path, operations: int = 3_000_000) -> Path:
    """Write a PDF of one page whose content keeps a reader busy for a long time."""
    show = "(word) Tj 0 -1 Td "
    content = f"BT /F1 12 Tf 50 740 Td {show * operations}ET"
    page = pdf_bytes(["x"]).decode("cp1252").replace("(x) Tj 0 -16 Td ", "")
    old = page[page.index("<< /Length") : page.index("endstream")]
    return _written(
        path, page.replace(old, f"<< /Length {len(content)} >>\nstream\n{content}\n").encode()
    )


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def docx_file(path: Path, paragraphs: Sequence[str], title: str = "", language: str = "") -> Path:
    """Write a Word document with a heading, paragraphs and a table of two cells."""
    document = Document()
    document.core_properties.title = title
    document.core_properties.language = language
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text = "records checked"
    table.cell(0, 1).text = "1,200"
    document.save(str(path))
    return path


def zip_bomb(path: Path, megabytes: int = 50) -> Path:
    """Write a Word document of some kilobytes that unfolds to `megabytes`."""
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * (megabytes * 1_000_000))
    return path


def page_of_html(body: str, head: str = "") -> str:
    """Return a page with `body` in its article."""
    inner = f"<nav>Home</nav><article>{body}</article>"
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{inner}</body></html>"
