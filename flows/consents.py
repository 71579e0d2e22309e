"""STUB"""
from dataclasses import dataclass
@dataclass(frozen=True, slots=True)
class Point:
    id: str
    en: str
    zh_Hant: str
    why_en: str
    why_zh_Hant: str
    def words(self, language: str) -> str: return self.zh_Hant if language == "zh_Hant" else self.en
    def why(self, language: str) -> str: return self.why_zh_Hant if language == "zh_Hant" else self.why_en
@dataclass(frozen=True, slots=True)
class Screen:
    id: str
    title_en: str
    title_zh_Hant: str
    points: tuple[Point, ...]
def _p(i: str) -> Point: return Point(i, f"{i} of {{cat}}", f"{i} 的 {{cat}}", "why", "為什麼")
SCREENS = (Screen("opinion", "What", "什麼", (_p("a"), _p("b"))), Screen("terms", "Terms", "條款", (_p("c"), _p("d"))))
VET_SCREEN = Screen("vet", "Vet", "獸醫", (_p("v"),))
OPTIONS = (_p("sms"), _p("home_vet"), _p("teaching"))
VERSION = "stub"
def text(screen: Screen, language: str, **values: str) -> str:
    return screen.title_en + "\n" + "\n".join(f"{n}. {p.words(language).format(**values)}" for n, p in enumerate(screen.points, 1))
