"""The QR codes of papers, read from the printed page by a reader that shares no code with what makes them."""

from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import zxingcpp

from api.papers import PaperKind, visit_papers
from api.setting_values import LANGUAGES
from api.settings import Settings
from scheduler.domain.texts import Text
from tests.parts import require_paper_font
from tests.pdf_text import pages_of
from tests.service import TEXTS, a_day, its_plan, settings_in

SITE = "https://visits.example.org"
DOTS_PER_INCH = 110  # less than any printer, and about what a phone's camera gets of a page
POINTS_PER_INCH = 72


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Those that a letter needs."""
    require_paper_font()
    return settings_in(tmp_path, given_secret_key=b"k" * 32, issuer="云川服务", hotline="010-5550100", public_url=SITE)


def printed(kind: PaperKind, settings: Settings, language: str) -> bytes:
    texts = TEXTS | {
        key: Text(name=TEXTS[key].name, identity_number=f"00000019900101001{number}")
        for number, key in enumerate(("s1-a", "s1-b"))
    }
    return visit_papers(kind, its_plan(), a_day(), texts=texts, settings=settings, language=language)


def codes_on(pdf: bytes) -> list[list[str]]:
    """What the codes of each page say."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.render(scale=DOTS_PER_INCH / POINTS_PER_INCH).to_numpy() for page in document]
        return [_read(np.ascontiguousarray(page)) for page in pages]
    finally:
        document.close()


def _read(picture: np.ndarray) -> list[str]:
    found = zxingcpp.read_barcodes(picture)
    assert {code.format for code in found} <= {zxingcpp.BarcodeFormat.QRCode}
    return [code.text for code in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_of_each_letter_reads_as_the_address_where_its_own_number_is_verified(
    settings: Settings, language: str
) -> None:
    pdf = printed(PaperKind.LETTER, settings, language)
    codes, texts = codes_on(pdf), pages_of(pdf)
    assert len(codes) == 3
    for (address,), text in zip(codes, texts, strict=True):
        assert address.startswith(f"{SITE}/verify#")
        assert address.removeprefix(f"{SITE}/verify#") in text
    assert len({address for (address,) in codes}) == 3


def test_a_notice_has_its_code_inside_and_none_outside(settings: Settings) -> None:
    outside, inside, *_ = codes_on(printed(PaperKind.NOTICE, settings, "zh-CN"))
    (address,) = inside
    assert address.startswith(f"{SITE}/verify#")
    assert outside == []


def test_a_card_has_no_code(settings: Settings) -> None:
    assert codes_on(printed(PaperKind.CARD, settings, "zh-CN")) == [[], [], []]
