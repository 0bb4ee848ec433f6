"""The proof on A4: fpdf2 with Noto Serif SC cut to the letters used, so that the text can be selected, searched and read aloud."""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any

import segno
from fpdf import FPDF
from fpdf.enums import Align, TextEmphasis, XPos, YPos
from fpdf.fonts import FontFace, TTFFont

from chunshui.hours.states.proofs import ProofLanguage
from chunshui.verify.sealed_pdf import NAME

FONT = "NotoSerifSC"
RED, GOLD, INK, GREY, LINE = (201, 16, 28), (255, 209, 92), (30, 26, 26), (95, 87, 87), (210, 203, 200)
MARGIN, WIDTH = 20, 170
MISSING = "〓"
ID_KINDS = {
    "01": ("居民身份证", "Resident identity card"),
    "02": ("港澳居民来往内地通行证", "Mainland travel permit (Hong Kong)"),
    "03": ("港澳居民来往内地通行证", "Mainland travel permit (Macao)"),
    "04": ("台湾居民来往大陆通行证", "Mainland travel permit (Taiwan)"),
    "05": ("护照", "Passport"),
    "06": ("军官证", "Officer's card"),
    "07": ("士兵证", "Soldier's card"),
    "99": ("其他证件", "Other document"),
    "": ("未登记", "Not registered"),
}
Cells = Sequence[tuple[str, str, str]]  # Chinese label, English label, value


class Sheet(FPDF):
    """A4 with the two bands of the vest on top and a foot on every page."""

    foot = ""

    def header(self) -> None:
        self.set_fill_color(*RED)
        self.rect(0, 0, 210, 7, style="F")
        self.set_fill_color(*GOLD)
        self.rect(0, 7, 210, 1.4, style="F")

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font(FONT, size=8)
        self.set_text_color(*GREY)
        self.cell(w=0, text=f"{self.foot}   {self.page_no()} / {{nb}}", align=Align.C)


class Writer:
    """Writes one proof; English stands beside the Chinese when both are wanted."""

    def __init__(self, sheet: Sheet, service: Mapping[str, Any], is_both: bool) -> None:
        self.sheet, self.service, self.is_both = sheet, service, is_both
        font = sheet.fonts[FONT.lower()]
        self.known = font.cmap if isinstance(font, TTFFont) else {}

    def words(self, text: object) -> str:
        """A letter that the font has not becomes 〓; the signed document has it."""
        return "".join(letter if ord(letter) in self.known or letter == "\n" else MISSING for letter in str(text))

    def both(self, chinese: str, english: str) -> str:
        return f"{chinese} {english}" if self.is_both and english else chinese

    def line(self, text: str, size: float, colour: tuple[int, int, int] = INK, align: Align = Align.L, height: float = 0) -> None:
        self.sheet.set_font(FONT, size=size)
        self.sheet.set_text_color(*colour)
        self.sheet.multi_cell(w=0, h=height or size * 0.55, text=self.words(text), align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def head(self) -> None:
        title = str(self.service["title"])
        self.sheet.set_y(14 if self.is_both else 20)
        self.line(title, 22 if len(title) < 20 else 17, RED, Align.C)
        if self.is_both:
            self.line(self.service["titleEn"], 11, GREY, Align.C)
        self.sheet.ln(2)
        self.line(self.both("编号", "No.") + f"：{self.service['other']['number']}", 10, GREY, Align.C)
        self.sheet.ln(3)

    def statement(self) -> None:
        """The sentence that proves."""
        part, who = self.service["service"], self.service["volunteer"]
        hours, minutes = divmod(part["minutes"], 60)
        self.line(
            f"兹证明{who['name']}（志愿者编号 {who['volunteerNumber'] or '—'}）自 {part['since']} 至 {part['until']} 参加志愿服务 "
            f"{part['services']} 次，服务时长共 {hours} 小时 {minutes} 分钟。",
            12, height=7.5,
        )  # fmt: skip
        if self.is_both:
            self.line(
                f"This is to certify that {who['name']} (volunteer no. {who['volunteerNumber'] or '—'}) gave {part['services']} volunteer "
                f"services between {part['since']} and {part['until']}, {hours} hours {minutes} minutes in all.",
                10, GREY, height=5.5,
            )  # fmt: skip
        self.sheet.ln(3)

    def block(self, title: str, english: str, cells: Cells) -> None:
        self.line(self.both(title, english), 11.5, RED)
        self.sheet.set_draw_color(*LINE)
        self.sheet.set_text_color(*INK)
        self.sheet.set_font(FONT, size=10)
        high = 5.0 if self.is_both else 6.2
        shape = {"col_widths": (54, 116), "line_height": high, "first_row_as_headings": False, "padding": (0.5, 1.5), "text_align": Align.L}
        with self.sheet.table(width=WIDTH, **shape) as table:
            for chinese, other, value in cells:
                row = table.row()
                row.cell(self.words(self.both(chinese, other)), style=FontFace(color=GREY))
                row.cell(self.words(value))
        self.sheet.ln(1.5 if self.is_both else 2.5)

    def blocks(self) -> None:
        """Volunteer, service, issuer, other (民发〔2015〕149号)."""
        who, part, unit, other = (self.service[name] for name in ("volunteer", "service", "issuer", "other"))
        kind = ID_KINDS.get(who["idKind"], ID_KINDS["99"])
        hours, minutes = divmod(part["minutes"], 60)
        self.block("一、志愿者", "Volunteer", [
            ("姓名", "Name", who["name"]),
            ("证件", "Identity paper", f"{self.both(*kind)} {who['idNumber']}"),
            ("志愿者编号", "Volunteer number", who["volunteerNumber"] or "—"),
        ])  # fmt: skip
        self.block("二、服务", "Service", [
            ("起止日期", "Period", f"{part['since']} – {part['until']}"),
            ("服务时长", "Service time", self.both(f"{hours} 小时 {minutes} 分钟", f"{hours} h {minutes} min")),
            ("服务次数", "Services", self.both(f"{part['services']} 次（明细附后）", f"{part['services']} (list follows)")),
        ])  # fmt: skip
        self.block("三、出具单位", "Issued by", [
            ("单位名称", "Unit", self.both(unit["name"], unit["nameEn"])),
            ("负责人", "Person in charge", unit["personInCharge"]),
            ("经办人", "Handled by", unit["handler"]),
            ("联系方式", "Contact", unit["contact"]),
        ])  # fmt: skip
        self.block("四、其他", "Other", [
            ("证明编号", "Proof number", other["number"]),
            ("出具日期", "Date of issue", other["issuedOn"]),
            ("公示至", "Publicity until", other["publicityUntil"]),
            ("用途", "Purpose", other["purpose"]),
            ("备注", "Remark", other["remark"] + (f"\n{other['remarkEn']}" if self.is_both else "")),
        ])  # fmt: skip

    def check(self, link: str, code: str) -> None:
        """The QR code and the place of the seal; together, never torn apart."""
        sheet = self.sheet
        if sheet.get_y() > 297 - 58:
            sheet.add_page()
            sheet.set_y(20)
        top = sheet.get_y() + 2
        out = io.BytesIO()
        segno.make(link, error="m").save(out, kind="png", scale=8, border=1)
        sheet.image(out, x=MARGIN, y=top, w=34, alt_text="QR")
        sheet.set_draw_color(*LINE)
        sheet.set_dash_pattern(dash=1.5, gap=1.2)
        sheet.ellipse(x=MARGIN + WIDTH - 42, y=top - 2, w=38, h=38)
        sheet.set_dash_pattern()
        sheet.set_xy(MARGIN + WIDTH - 42, top + 13)
        sheet.set_font(FONT, size=8.5)
        sheet.set_text_color(*GREY)
        sheet.multi_cell(w=38, h=4.5, text=self.both("盖章处", "\nSeal"), align=Align.C)
        sheet.set_xy(MARGIN + 38, top + 2)
        told = ["扫码核对真伪，或到下面的网址输入编号和核对码。"]
        if self.is_both:
            told.append("Scan to check, or enter number and code at the address below.")
        words = "\n".join([*told, f"{self.both('核对码', 'Code')}：{code}", link.rsplit("/", 3)[0] + "/"])
        sheet.multi_cell(w=84, h=5, text=self.words(words), align=Align.L)
        sheet.set_y(top + 40)

    def items(self) -> None:
        """Every service, on the pages that follow."""
        sheet, rows = self.sheet, self.service["service"]["items"]
        sheet.add_page()
        sheet.set_y(16)
        self.line(self.both("服务明细", "Services"), 13, RED)
        sheet.ln(1)
        sheet.set_font(FONT, size=9)
        sheet.set_text_color(*INK)
        heads = [("序号", "No."), ("日期", "Day"), ("服务内容", "Service"), ("地点", "Place"), ("时长（分钟）", "Minutes")]
        style = FontFace(emphasis=TextEmphasis.NONE, color=GREY)
        shape = {"col_widths": (16, 26, 62, 40, 26), "line_height": 5.6, "padding": (0.5, 1.5), "text_align": Align.L}
        with sheet.table(width=WIDTH, headings_style=style, **shape) as table:
            table.row([self.words(self.both(*head)) for head in heads])
            for number, row in enumerate(rows, start=1):
                table.row([self.words(cell) for cell in (number, row["day"], row["title"], row["place"], row["minutes"])])


def draw(service: Mapping[str, Any], *, link: str, code: str, attached: str, language: str, made: datetime) -> bytes:
    """The sheet as PDF, with the signed document attached; the caller seals it."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    sheet = Sheet(format="A4")
    sheet.foot = str(service["other"]["number"])
    sheet.set_margin(MARGIN)
    sheet.set_auto_page_break(True, margin=18)
    sheet.add_font(FONT, fname=str(files("pylopdf_fonts_zh_cn") / "NotoSerifSC-Regular.otf"))
    sheet.set_title(str(service["title"]))
    sheet.set_author(str(service["issuer"]["name"]))
    sheet.set_lang("zh-CN")
    sheet.set_creation_date(made)
    sheet.add_page()
    writer = Writer(sheet, service, language == ProofLanguage.BOTH)
    writer.head()
    writer.statement()
    writer.blocks()
    writer.check(link, code)
    writer.items()
    sheet.embed_file(bytes=attached.encode(), basename=NAME, mime_type="application/json", desc="Signed credential", compress=False)
    return bytes(sheet.output())
