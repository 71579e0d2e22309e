"""Names in archives: nothing is ever written to the disk by them, so they matter only as words, and as a hint at what is no record."""

from typing import Final
from zipfile import ZipInfo

from records.dicom_text import shown

LONGEST: Final = 60
NAMELESS: Final = "?"
_UTF8_FLAG: Final = 0x800

_PROGRAMS: Final = frozenset(["exe", "dll", "ocx", "jar", "class", "so", "dylib", "msi"])
_OF_THE_SYSTEM: Final = frozenset(
    [
        "thumbs.db",
        "desktop.ini",
        "autorun.inf",
        "dicomdir",
        "lockfile",
        "version",
        "readme",
        "readme.txt",
        "license.txt",
    ]
)
# What lies beside the images on the CD of a hospital: the viewer, its settings and its help.
_VIEWER: Final = frozenset(
    [
        "sys",
        "com",
        "bat",
        "cmd",
        "cab",
        "inf",
        "ini",
        "cfg",
        "conf",
        "config",
        "manifest",
        "app",
        "plist",
        "lnk",
        "url",
        "ico",
        "cur",
        "hlp",
        "chm",
        "reg",
        "lic",
        "dat",
        "db",
        "log",
        "js",
        "css",
        "htm",
        "html",
        "xml",
        "xsl",
        "xsd",
        "dtd",
        "json",
        "rc",
        "pak",
        "bin",
        "key",
        "ttf",
        "woff",
        "svg",
        "swf",
        "lang",
        "mo",
        "qm",
        "sh",
        "strings",
        "icns",
        "pdb",
        "lib",
        "ax",
        "bmp",
        "gif",
        "wav",
        "txt",
    ]
)


def as_words(info: ZipInfo) -> str:
    """The last part of the name, cleaned, at most 60 characters. Windows in Taiwan and China writes names in its own encoding."""
    parts = [part for part in _decoded(info).replace("\\", "/").split("/") if part.strip(". ")]
    return (shown(parts[-1])[:LONGEST].strip() if parts else "") or NAMELESS


def folder_of(info: ZipInfo) -> str:
    """Where it lies, in small letters: "" for the top."""
    return _decoded(info).replace("\\", "/").rpartition("/")[0].lower()


def is_program(name: str) -> bool:
    """Part of a viewer. Pictures and papers in its folder, if that is not the top one, belong to it."""
    return _ending(name) in _PROGRAMS


def is_clutter(name: str, folder: str, on_cd: bool) -> bool:
    """Whether a file that is no record is left out without a word. ``on_cd``: it came with a DICOMDIR or a program."""
    small = name.lower()
    if small.startswith(".") or "__macosx" in folder or small in _OF_THE_SYSTEM or is_program(name):
        return True
    return on_cd and (_ending(name) in _VIEWER or "." not in name)


def _ending(name: str) -> str:
    return name.lower().rpartition(".")[2]


def _decoded(info: ZipInfo) -> str:
    """``zipfile`` reads what is not announced as UTF-8 in the code page of the first IBM PC."""
    if info.flag_bits & _UTF8_FLAG:
        return info.orig_filename
    raw = info.orig_filename.encode("cp437", "replace")
    for encoding in ("utf-8", "cp950", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeError:
            continue
    return info.orig_filename
