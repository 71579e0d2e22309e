"""STUB"""
from dataclasses import dataclass
@dataclass(frozen=True, slots=True)
class Place:
    country: str
    en: str
    zh_Hant: str
    zone: str
    def words(self, language: str) -> str: return self.zh_Hant if language == "zh_Hant" else self.en
@dataclass(frozen=True, slots=True)
class Promise:
    id: str
    en: str
    zh_Hant: str
    why_en: str
    why_zh_Hant: str
    def words(self, language: str) -> str: return self.zh_Hant if language == "zh_Hant" else self.en
    def why(self, language: str) -> str: return self.why_zh_Hant if language == "zh_Hant" else self.why_en
PLACES = (Place("TW", "Taiwan", "台灣", "Asia/Taipei"), Place("HK", "Hong Kong", "香港", "Asia/Hong_Kong"), Place("JP", "Japan", "日本", "Asia/Tokyo"), Place("GB", "United Kingdom", "英國", "Europe/London"))
def promise(country: str) -> Promise: return Promise("with_vet", "with the home vet", "與原獸醫", "In Taiwan we give advice together with your vet.", "在台灣")
def country_of(zone: str) -> str: return {p.zone: p.country for p in PLACES}.get(zone, "")
