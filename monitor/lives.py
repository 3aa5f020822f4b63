"""Bodies are founded, merged, renamed and abolished: nothing is owed before they were, or after. Pure."""

from __future__ import annotations

from dataclasses import dataclass

_ENDINGS_ZH = {"merged": "并入", "renamed": "更名为", "abolished": "撤销"}


@dataclass(frozen=True, slots=True)
class Life:
    """When a body existed: its first and last report year, and the day (or year) from which it is no more.

    `successor` is the name and id of the body that took over.
    """

    from_year: int | None = None
    to_year: int | None = None
    ended: str | None = None
    ending: str | None = None
    successor: tuple[str, str] | None = None

    def lacks(self, report_year: int, due_date: str | None) -> bool:
        """Whether the body was not there to publish the report of that year, due on that ISO day if on any.

        A body that ended on the due date itself owes nothing: nobody is accused of the day on which it went.
        """
        if report_year < (self.from_year or report_year) or report_year > (self.to_year or report_year):
            return True
        if self.ended is None:
            return False
        end = self.ended if len(self.ended) > len("2024") else f"{self.ended}-01-01"
        return end <= (due_date or f"{report_year + 1}-01-01")

    def why_not(self, report_year: int) -> tuple[str, str]:
        """Why nothing is owed for a year that the life lacks, in English and in Chinese."""
        if self.from_year and report_year < self.from_year:
            return (
                f"the body did not exist yet: its first report year is {self.from_year}",
                f"该机构当时尚未成立：首个报告年度为{self.from_year}年",
            )
        return self._ended()

    def _ended(self) -> tuple[str, str]:
        heir = f"{self.successor[0]} ({self.successor[1]})" if self.successor else ""
        heir_zh = f"{self.successor[0]}（{self.successor[1]}）" if self.successor else ""
        into = {"merged": f"merged into {heir}", "renamed": f"renamed; it goes on as {heir}"} if heir else {}
        how = into.get(self.ending or "") or (self.ending or "no longer exists")
        how = f"was {how}" if self.ending else how
        when = f" (ended {self.ended})" if self.ended else f" (last report year {self.to_year})"
        takes_over = f"; {heir} took over" if heir and self.ending not in into else ""
        end_zh = f"{self.ended}年" if self.ended and len(self.ended) == len("2024") else self.ended
        when_zh = f"已于{end_zh}" if self.ended else f"（最后报告年度为{self.to_year}年）已"
        verb = _ENDINGS_ZH.get(self.ending or "", "不复存在")
        how_zh = (
            f"{verb}{heir_zh}"
            if self.ending in into
            else {"merged": "合并", "renamed": "更名"}.get(self.ending or "", verb)
        )
        takes_over_zh = f"，职责由{heir_zh}承接" if heir and self.ending not in into else ""
        return f"the body {how}{when}{takes_over}", f"该机构{when_zh}{how_zh}{takes_over_zh}"
